//! JSON in one piece, an object or a list of them, as lines: one a record, and every character of a record as it came.

use serde::de::IgnoredAny;

use crate::error::{Error, Result};

/// Lines of what was sent. Only white space between the parts of a record changes: a line has no ends within.
pub(crate) fn of(bytes: &[u8]) -> Result<Vec<u8>> {
    let wrong =
        |why: &str| Error::Input(format!("a delivery is an object of JSON, or a list of them: {why}"));
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|cause| wrong(&cause.to_string()))?;
    let bytes = bytes.trim_ascii();
    let is_list = match bytes.first() {
        Some(b'{') => false,
        Some(b'[') => true,
        _ => return Err(wrong("this is neither")),
    };
    let inner = if is_list { bytes[1..bytes.len() - 1].trim_ascii() } else { bytes };
    if inner.is_empty() {
        return Err(wrong("the list is empty"));
    }
    let mut out = Vec::with_capacity(inner.len() + 1);
    let (mut depth, mut in_text, mut is_escaped, mut begins) = (0_u32, false, false, true);
    for &byte in inner {
        if in_text {
            in_text = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            out.push(byte);
            continue;
        }
        match byte {
            b'\n' | b'\r' | b'\t' | b' ' if begins => continue,
            _ if begins && byte != b'{' => return Err(wrong("something in the list is no object")),
            b'\n' | b'\r' => out.push(b' '),
            b',' if depth == 0 => {
                out.push(b'\n');
                begins = true;
                continue;
            }
            _ => {
                match byte {
                    b'"' => in_text = true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                out.push(byte);
            }
        }
        begins = false;
    }
    out.push(b'\n');
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> std::result::Result<String, String> {
        of(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap()).map_err(|cause| cause.to_string())
    }

    #[test]
    fn records_are_lines_and_nothing_in_them_is_touched() {
        assert_eq!(lines("{\"a\": 1.10}").unwrap(), "{\"a\": 1.10}\n");
        assert_eq!(lines("\n {\"a\":\n[1,\r\n2]}\n").unwrap(), "{\"a\": [1,  2]}\n");
        assert_eq!(
            lines("[{\"b\":1,\"a\":[{},{}]} ,\n {\"c\":2}]").unwrap(),
            "{\"b\":1,\"a\":[{},{}]} \n{\"c\":2}\n"
        );
        let odd = "{\"a\":\"},{ \\\" \\\\\",\"b\":\"]\\\\\\\"\",\"n\":12345678901234567890123}";
        assert_eq!(lines(&format!("[{odd},{odd}]")).unwrap(), format!("{odd}\n{odd}\n"));
        for line in lines("[{\"a\":1},{}]").unwrap().lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }

    #[test]
    fn what_is_no_record_is_refused_as_a_whole() {
        for wrong in
            ["", "7", "\"a\"", "null", "[]", "[ ]", "[1]", "[{},1]", "[{},[{}]]", "{", "{}{}", "{}\n{}"]
        {
            assert!(lines(wrong).unwrap_err().contains("a delivery is"), "{wrong}");
        }
    }
}
