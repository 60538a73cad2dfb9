"""Runs one peer of record linkage in its documented configuration: peers.py ENGINE SHAPE INPUT OUTPUT.

ENGINE is splink, goldenmatch or goldenmatch-unobserved (the same, but a missing value counts as not known, which its
schema calls the default while its automatic configuration chooses "disagree" where much is missing); splink-pairs prints
how many pairs splink's rules look at and writes nothing. SHAPE says which columns the input has: fake_1000, febrl3 or persons.
OUTPUT gets record_id,cluster_id. The settings are those of the peers' own documentation; for persons, those of
Splink's tutorial for people, with one rule for each identifier.
"""

import csv
import sys

ENGINE, SHAPE, INPUT, OUTPUT = sys.argv[1:5]
IDS = {"fake_1000": "unique_id", "febrl3": "rec_id", "persons": "record_id"}
ID = IDS[SHAPE]


RULES = {
    "fake_1000": [["first_name"], ["surname"], ["dob"], ["email"]],
    "febrl3": [["soc_sec_id"], ["given_name"], ["surname"], ["date_of_birth"], ["postcode"]],
    "persons": [
        ["email"],
        ["phone"],
        ["address"],
        ["first_name", "surname"],
        ["dob", "first_name"],
        ["dob", "surname"],
        ["dob", "zip"],
        ["surname", "zip"],
        ["first_name", "zip"],
    ],
}


def splink():
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    if SHAPE == "fake_1000":
        comparisons = [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ]
        strict = [
            "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
            "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            "l.email = r.email",
        ]
        recall, training = 0.7, [["dob"], ["email"], ["first_name", "surname"]]
    elif SHAPE == "febrl3":
        comparisons = [
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.LevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ]
        strict = [
            "l.soc_sec_id = r.soc_sec_id",
            "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth",
            "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
        ]
        recall, training = 0.9, [["date_of_birth"], ["postcode"]]
    else:
        comparisons = [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1]),
            cl.JaroWinklerAtThresholds("address", [0.9]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        ]
        strict = [
            "l.email = r.email",
            "l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob",
        ]
        recall, training = 0.7, [["dob"], ["email"], ["first_name", "surname"]]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=ID,
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in RULES[SHAPE]],
        comparisons=comparisons,
    )
    api = DuckDBAPI()
    linker = Linker(api.register(cleaned()), settings)
    linker.training.estimate_probability_two_random_records_match(strict, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=5)
    for columns in training:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        predictions, threshold_match_probability=0.5
    )
    write((row[ID], row["cluster_id"]) for row in clusters.as_record_list())


def splink_pairs():
    """Each pair once, under the first rule that finds it, as splink makes them."""
    import duckdb

    people = cleaned()
    connection = duckdb.connect()
    connection.register("people", people)
    total = 0
    seen = []
    for columns in RULES[SHAPE]:
        agrees = " and ".join(f"l.{name} = r.{name}" for name in columns)
        new = " and ".join(f"not coalesce({rule}, false)" for rule in seen) or "true"
        (count,) = connection.sql(
            f"select count(*) from people l join people r on {agrees} where l.{ID} < r.{ID} and {new}"
        ).fetchall()[0]
        total += count
        seen.append(f"({agrees})")
    print(total)


def cleaned():
    """Trimmed, blanks as NULL, the answer taken out."""
    import duckdb

    names = [name for name in header() if name.strip() != "cluster"]
    # The reader trims headers by itself.
    names = [name.strip() for name in names]
    columns = ", ".join(f"nullif(trim(\"{name}\"), '') as \"{name}\"" for name in names)
    connection = duckdb.connect()
    return connection.sql(f"select {columns} from read_csv('{INPUT}', all_varchar=true, header=true)").to_arrow_table()


def header():
    with open(INPUT, newline="") as file:
        return next(csv.reader(file))


def goldenmatch(missing=None):
    import goldenmatch as gm
    import polars as pl

    frame = pl.read_csv(INPUT, infer_schema_length=0)
    frame = frame.rename({name: name.strip() for name in frame.columns})
    frame = frame.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))
    ids = frame[ID].to_list()
    frame = frame.drop([name for name in (ID, "cluster") if name in frame.columns])
    config = gm.auto_configure_probabilistic_df(frame)
    if missing:
        for matchkey in config.get_matchkeys():
            if matchkey.type == "probabilistic":
                matchkey.missing = missing
    result = gm.dedupe_df(frame, config=config)
    cluster_of = {}
    for cluster, what in result.clusters.items():
        members = what["members"] if isinstance(what, dict) else what
        for member in members:
            cluster_of[int(member)] = cluster
    write((record, cluster_of.get(row, f"alone-{row}")) for row, record in enumerate(ids))


def write(rows):
    with open(OUTPUT, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["record_id", "cluster_id"])
        writer.writerows(rows)


{
    "splink": splink,
    "splink-pairs": splink_pairs,
    "goldenmatch": goldenmatch,
    "goldenmatch-unobserved": lambda: goldenmatch("unobserved"),
}[ENGINE]()
