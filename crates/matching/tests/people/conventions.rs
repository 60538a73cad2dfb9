//! Conventions of names, each with names as common as they are there.

pub struct Convention {
    pub name: &'static str,
    pub given: &'static [&'static str],
    pub family: &'static [&'static str],
    /// How one of each is written, in one record and in another.
    pub written: fn(&str, &str, u64) -> String,
}

fn plain(given: &str, family: &str, _: u64) -> String {
    format!("{given} {family}")
}

pub const CONVENTIONS: &[Convention] = &[
    Convention {
        name: "given and family",
        given: &[
            "Laura", "James", "Emily", "Robert", "Hannah", "Peter", "Alice", "Mark", "Sophie", "Daniel",
            "Grace", "Adam",
        ],
        family: &[
            "Bennett", "Hughes", "Carter", "Foster", "Reid", "Palmer", "Walsh", "Turner", "Grant", "Marsh",
            "Boyle", "Dixon", "Frost", "Heath", "Lowe", "Nash",
        ],
        written: plain,
    },
    Convention {
        name: "mononym",
        given: &[
            "Sukarno",
            "Wahyudi",
            "Hartono",
            "Sutrisno",
            "Mulyadi",
            "Supriyadi",
            "Sugiarto",
            "Purwanto",
            "Haryanto",
            "Susilo",
            "Widodo",
            "Budiman",
            "Setiawan",
            "Gunawan",
            "Kartini",
            "Suharti",
            "Sumarni",
            "Rahayu",
            "Lestari",
            "Wulandari",
        ],
        family: &[""],
        written: |given, _, _| given.to_owned(),
    },
    Convention {
        name: "patronymic",
        given: &["Ivan", "Sergei", "Olga", "Natalia", "Dmitri", "Elena", "Pavel", "Irina", "Anton", "Vera"],
        family: &[
            "Petrovich Sidorov",
            "Ivanovich Orlov",
            "Sergeevich Volkov",
            "Pavlovich Morozov",
            "Antonovich Belov",
            "Petrovich Orlov",
            "Ivanovich Volkov",
            "Sergeevich Zaitsev",
        ],
        written: |given, family, draw| match draw % 3 {
            0 => format!("{} {given}", family.split(' ').rev().collect::<Vec<_>>().join(" ")),
            _ => format!("{given} {family}"),
        },
    },
    Convention {
        name: "Cyrillic and Latin",
        given: &["Иван", "Сергей", "Ольга", "Павел", "Ирина", "Антон", "Вера", "Борис"],
        family: &[
            "Сидоров",
            "Орлов",
            "Волков",
            "Морозов",
            "Белов",
            "Зайцев",
            "Козлов",
            "Павлов",
            "Егоров",
            "Никитин",
        ],
        written: plain,
    },
    Convention {
        name: "two surnames",
        given: &["María", "José", "Lucía", "Carlos", "Ana", "Miguel", "Elena", "Pablo", "Rosa", "Diego"],
        family: &[
            "García López",
            "Martínez Ruiz",
            "Sánchez Díaz",
            "Pérez Romero",
            "Gómez Torres",
            "García Díaz",
            "López Romero",
            "Martínez López",
            "Torres Sánchez",
            "Ruiz Pérez",
        ],
        written: |given, family, draw| match draw % 4 {
            0 => format!("{given} {}", family.split(' ').next().unwrap_or(family)),
            _ => format!("{given} {family}"),
        },
    },
    Convention {
        name: "romanised Korean",
        given: &[
            "Min-su",
            "Ji-hoon",
            "Seo-yeon",
            "Hye-jin",
            "Dong-hyun",
            "Eun-ji",
            "Sung-min",
            "Yu-na",
            "Jun-ho",
            "Mi-kyung",
        ],
        family: &["Kim", "Kim", "Kim", "Lee", "Lee", "Park", "Choi", "Jung", "Kang", "Yoon"],
        written: |given, family, draw| match draw % 3 {
            0 => format!("{family} {given}"),
            1 => format!("{} {family}", given.replace('-', " ")),
            _ => format!("{} {family}", given.replace('-', "")),
        },
    },
    Convention {
        name: "Chinese",
        given: &[
            "Wei", "Fang", "Lei", "Yan", "Jun", "Min", "Jing", "Qiang", "Xiuying", "Xiaoming", "Haoran",
            "Zihan",
        ],
        family: &["Wang", "Wang", "Li", "Li", "Zhang", "Liu", "Chen", "Yang", "Huang", "Zhao"],
        written: |given, family, draw| {
            if draw % 2 == 0 { format!("{family} {given}") } else { plain(given, family, 0) }
        },
    },
    Convention {
        name: "Arabic",
        given: &[
            "Mohammed", "Ahmed", "Fatima", "Omar", "Khalid", "Layla", "Hassan", "Mariam", "Yusuf", "Noura",
        ],
        family: &[
            "bin Ali Al-Harbi",
            "bin Saleh Al-Qahtani",
            "Al-Harbi",
            "Al-Otaibi",
            "bin Omar Al-Ghamdi",
            "Al-Zahrani",
            "Al-Shehri",
            "bin Hassan Al-Otaibi",
        ],
        written: |given, family, draw| match draw % 3 {
            0 => format!("{given} {}", family.rsplit(' ').next().unwrap_or(family)),
            _ => format!("{given} {family}"),
        },
    },
    Convention {
        name: "married",
        given: &[
            "Laura", "Emily", "Hannah", "Alice", "Sophie", "Grace", "Clara", "Julia", "Nora", "Ruth",
            "Edith", "Joan",
        ],
        family: &[
            "Ashby", "Barlow", "Conway", "Dalton", "Ellis", "Farrow", "Gibson", "Harding", "Irwin", "Jarvis",
            "Kemp", "Lambert", "Mercer", "Norris", "Osborne", "Pratt",
        ],
        written: plain,
    },
];

/// Bounds of a rate at 95 % (Wilson 1927).
pub fn bounds(wrong: f64, people: f64) -> (f64, f64) {
    let (z, share) = (1.96f64, wrong / people);
    let whole = 1.0 + z * z / people;
    let middle = (share + z * z / (2.0 * people)) / whole;
    let half = z * (share * (1.0 - share) / people + z * z / (4.0 * people * people)).sqrt() / whole;
    (middle - half, middle + half)
}
