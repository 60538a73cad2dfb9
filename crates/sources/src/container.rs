//! gzip, zstd and zip around a stream, sheets of workbooks, and the encoding of its text. Magic bytes decide, names are labels.
//!
//! An archive that lies about its size, or is cut short, gives what could be read and a [`Problem`].

use std::cell::RefCell;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use crate::workbook;

/// Members read of one archive.
pub const MEMBER_LIMIT: usize = 10_000;
/// Bytes that one member may unpack to.
pub const UNPACKED_LIMIT: u64 = 256 << 30;
/// Bytes unpacked per byte packed, over all layers, above which an archive is a bomb; real logs reach about 40, and gzip
/// and zip cannot go beyond 1032.
pub const RATIO_LIMIT: u64 = 500;
/// A zip within an archive is held in memory up to this size.
pub const NESTED_LIMIT: u64 = 64 << 20;
/// Bytes that may be unpacked before the ratio is looked at.
pub const RATIO_FREE: u64 = 64 << 20;
/// Containers within containers.
const DEPTH_LIMIT: usize = 3;

/// One stream of an input, unpacked and as UTF-8 where the input says that it is UTF-16.
pub struct Member<'a> {
    /// File name, and the names within archives behind `!`. A label, never a path to write to.
    pub name: String,
    /// The bytes. Never fails on a damaged archive: it ends, and the problem is reported by [`open`].
    pub reader: &'a mut dyn Read,
}

/// What could not be read of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Name of the member.
    pub name: String,
    /// Reason in a few words, lower case, no full stop.
    pub reason: String,
}

type Problems = Rc<RefCell<Vec<Problem>>>;

/// Gives each stream of an input to `each`, in order, and returns what could not be read.
///
/// # Errors
/// Only those of `each`: a damaged input is a [`Problem`].
pub fn open<E>(
    name: &str,
    mut reader: impl Read + Seek,
    mut each: impl FnMut(Member<'_>) -> Result<(), E>,
) -> Result<Vec<Problem>, E> {
    let problems = Problems::default();
    let mut head = [0; 4];
    let got = read_head(&mut reader, &mut head);
    if let Err(error) = reader.seek(SeekFrom::Start(0)) {
        note(&problems, name, &format!("cannot be read: {}", error.kind()));
    } else if got >= 4 && matches!(&head, b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08") {
        open_zip(name, reader, None, &problems, DEPTH_LIMIT, &mut each)?;
    } else {
        let mut guarded = Tolerant::new(reader, name, &problems);
        open_stream(name, &mut guarded, None, &problems, DEPTH_LIMIT, &mut each)?;
    }
    let found = problems.borrow().clone();
    Ok(found)
}

fn read_head(reader: &mut (impl Read + ?Sized), head: &mut [u8]) -> usize {
    let mut got = 0;
    while got < head.len() {
        match reader.read(&mut head[got..]) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    got
}

fn note(problems: &Problems, name: &str, reason: &str) {
    problems.borrow_mut().push(Problem { name: name.to_owned(), reason: reason.to_owned() });
}

/// Bytes of the outermost layer read so far.
type Packed = Rc<RefCell<u64>>;

fn open_zip<E>(
    name: &str,
    reader: impl Read + Seek,
    outer: Option<Packed>,
    problems: &Problems,
    depth: usize,
    each: &mut dyn FnMut(Member<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut archive = match zip::ZipArchive::new(BufReader::new(reader)) {
        Ok(archive) => archive,
        Err(_) => {
            note(problems, name, "zip archive is damaged or cut short");
            return Ok(());
        }
    };
    if workbook::is_workbook(&archive) {
        return workbook::sheets(&mut archive, |sheet, csv| {
            each(Member { name: format!("{name}!{}", label_of(sheet)), reader: &mut Cursor::new(csv) })
        });
    }
    if archive.index_for_name("[Content_Types].xml").is_some() {
        note(problems, name, "office document, not a log or table");
        return Ok(());
    }
    if archive.len() > MEMBER_LIMIT {
        note(problems, name, "zip archive has more members than the limit");
    }
    for index in 0..archive.len().min(MEMBER_LIMIT) {
        let encrypted = archive.by_index_raw(index).is_ok_and(|member| member.encrypted());
        match archive.by_index(index) {
            Ok(member) if member.is_dir() || is_litter(member.name()) => {}
            Ok(member) => {
                let label = format!("{name}!{}", label_of(member.name()));
                let packed = outer.clone().unwrap_or_else(|| Rc::new(RefCell::new(member.compressed_size())));
                let bounded = Bounded { reader: member, packed: Rc::clone(&packed), unpacked: 0 };
                let mut guarded = Tolerant::new(bounded, &label, problems);
                open_stream(&label, &mut guarded, Some(packed), problems, depth - 1, each)?;
            }
            Err(_) if encrypted => note(problems, &format!("{name}!{index}"), "zip member is encrypted"),
            Err(_) => {
                note(problems, &format!("{name}!{index}"), "zip member is damaged or of an unknown kind")
            }
        }
    }
    Ok(())
}

/// What Mac archives add to every file.
fn is_litter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.rsplit('/').next().is_some_and(|base| base == ".DS_Store")
}

fn label_of(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '?' } else { c }).take(200).collect()
}

/// Unpacks one stream as often as magic bytes say, then gives it to `each`.
fn open_stream<E>(
    name: &str,
    reader: &mut dyn Read,
    outer: Option<Packed>,
    problems: &Problems,
    depth: usize,
    each: &mut dyn FnMut(Member<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut head = [0; 4];
    let got = read_head(&mut *reader, &mut head);
    let packed = Counting { reader: (&head[..got]).chain(reader), count: Rc::default() };
    let count = outer.unwrap_or_else(|| Rc::clone(&packed.count));
    if got >= 2 && head[..2] == [0x1f, 0x8b] && depth > 0 {
        let decoder = flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(64 << 10, packed));
        let bounded = Bounded { reader: decoder, packed: Rc::clone(&count), unpacked: 0 };
        let mut guarded = Tolerant::new(bounded, name, problems);
        return open_stream(name, &mut guarded, Some(count), problems, depth - 1, each);
    }
    if got == 4 && (head == [0x28, 0xb5, 0x2f, 0xfd] || is_skippable(head)) && depth > 0 {
        return match zstd::stream::read::Decoder::new(packed) {
            Ok(decoder) => {
                let bounded = Bounded { reader: decoder, packed: Rc::clone(&count), unpacked: 0 };
                open_stream(
                    name,
                    &mut Tolerant::new(bounded, name, problems),
                    Some(count),
                    problems,
                    depth - 1,
                    each,
                )
            }
            Err(_) => {
                note(problems, name, "zstd stream cannot be opened");
                Ok(())
            }
        };
    }
    let mut plain = packed;
    if got == 4 && (&head == b"PK\x03\x04") {
        let mut bytes = Vec::new();
        let whole = plain.by_ref().take(NESTED_LIMIT + 1).read_to_end(&mut bytes).is_ok();
        if depth == 0 || !whole || bytes.len() as u64 > NESTED_LIMIT {
            note(problems, name, "zip within an archive is nested too deep or too large");
            return Ok(());
        }
        return open_zip(name, Cursor::new(bytes), Some(count), problems, depth, each);
    }
    // UTF-16 without a mark: plain characters with zeros between them
    if got == 4
        && head[0].is_ascii()
        && head[2].is_ascii()
        && head[0] != 0
        && head[2] != 0
        && head[1] == 0
        && head[3] == 0
    {
        let reader = &mut Transcoded::new(&mut plain, encoding_rs::UTF_16LE);
        return each(Member { name: name.to_owned(), reader });
    }
    if got == 4
        && head[1].is_ascii()
        && head[3].is_ascii()
        && head[1] != 0
        && head[3] != 0
        && head[0] == 0
        && head[2] == 0
    {
        let reader = &mut Transcoded::new(&mut plain, encoding_rs::UTF_16BE);
        return each(Member { name: name.to_owned(), reader });
    }
    if got >= 2 && head[..2] == [0xff, 0xfe] {
        each(Member {
            name: name.to_owned(),
            reader: &mut Transcoded::new(&mut plain, encoding_rs::UTF_16LE),
        })
    } else if got >= 2 && head[..2] == [0xfe, 0xff] {
        each(Member {
            name: name.to_owned(),
            reader: &mut Transcoded::new(&mut plain, encoding_rs::UTF_16BE),
        })
    } else if got >= 3 && head[..3] == [0xef, 0xbb, 0xbf] {
        let mut mark = [0; 3];
        read_head(&mut plain, &mut mark);
        each(Member { name: name.to_owned(), reader: &mut plain })
    } else {
        each(Member { name: name.to_owned(), reader: &mut plain })
    }
}

/// zstd's skippable frames, which some writers put first.
fn is_skippable(head: [u8; 4]) -> bool {
    head[0] & 0xf0 == 0x50 && head[1..] == [0x2a, 0x4d, 0x18]
}

/// Counts the bytes that go through.
struct Counting<R> {
    reader: R,
    count: Rc<RefCell<u64>>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        *self.count.borrow_mut() += count as u64;
        Ok(count)
    }
}

/// Stops a stream that unpacks to more than a log can.
struct Bounded<R> {
    reader: R,
    packed: Packed,
    unpacked: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        self.unpacked += count as u64;
        let packed = (*self.packed.borrow()).max(1);
        if self.unpacked > UNPACKED_LIMIT {
            return Err(io::Error::other("unpacks to more than the limit"));
        }
        if self.unpacked > RATIO_FREE && self.unpacked / packed > RATIO_LIMIT {
            return Err(io::Error::other("unpacks to more than its size allows"));
        }
        Ok(count)
    }
}

/// Ends where its reader fails, and notes why.
struct Tolerant<'p, R> {
    reader: R,
    name: &'p str,
    problems: &'p Problems,
    failed: bool,
}

impl<'p, R: Read> Tolerant<'p, R> {
    fn new(reader: R, name: &'p str, problems: &'p Problems) -> Self {
        Self { reader, name, problems, failed: false }
    }
}

impl<R: Read> Read for Tolerant<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(0);
        }
        match self.reader.read(out) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failed = true;
                let text = error.to_string();
                let reason = if text.starts_with("unpacks to") {
                    text
                } else if error.kind() == io::ErrorKind::UnexpectedEof {
                    "compressed stream is cut short".to_owned()
                } else {
                    format!("stream is damaged or cannot be read ({})", error.kind())
                };
                note(self.problems, self.name, &reason);
                Ok(0)
            }
            read => read,
        }
    }
}

/// UTF-16 as UTF-8; what is not valid becomes the replacement character.
struct Transcoded<R> {
    reader: BufReader<R>,
    decoder: encoding_rs::Decoder,
    ready: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> Transcoded<R> {
    fn new(reader: R, encoding: &'static encoding_rs::Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self {
            reader: BufReader::with_capacity(32 << 10, reader),
            decoder,
            ready: Vec::new(),
            at: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        let input = self.reader.fill_buf()?;
        let last = input.is_empty();
        let room = self.decoder.max_utf8_buffer_length(input.len()).unwrap_or(128 << 10);
        self.ready.resize(room, 0);
        let (_, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.ready, last);
        self.reader.consume(read);
        self.ready.truncate(written);
        self.at = 0;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.ended {
            self.refill()?;
        }
        let count = out.len().min(self.ready.len() - self.at);
        out[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
