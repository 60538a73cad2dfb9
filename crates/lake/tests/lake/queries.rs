//! What a user's query may do, and what it shows.

use crate::common::{file, open, row};
use lake::{Lake, TOKEN_PREFIX, answer};
use model::tables;

async fn filled(root: &std::path::Path) -> Lake {
    let mut lake = open(root).await;
    let mut commit = lake.begin().await.unwrap();
    let at = file(&mut commit, "roster");
    let workers = [
        ("W-1", "ann@corp.example", "1 Elm St, Salem, OR"),
        ("W-2", "bo@corp.example", "1 Elm St, Salem, OR"),
    ];
    for (id, mail, home) in workers {
        let values = [("worker_id", id), ("work_email", mail), ("home_address", home), ("full_name", id)];
        commit.append(vec![row(&tables::employment::TABLE, at, id, Some(1), &values)]).unwrap();
        let pay = [("worker_id", id), ("account", "DE02120300000000202051")];
        commit
            .append(vec![row(&tables::pay_instruction::TABLE, at, &format!("pay {id}"), Some(2), &pay)])
            .unwrap();
    }
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    lake
}

async fn answer_of(lake: &Lake, sql: &str) -> Result<String, String> {
    let batches = lake.query_user(sql).await.map_err(|cause| cause.to_string())?;
    let rows: Vec<_> = batches.iter().flat_map(|batch| answer::objects(batch).unwrap()).collect();
    let parquet = answer::parquet(&batches).unwrap();
    let clear = parquet.windows(3).any(|window| window == TOKEN_PREFIX.as_bytes());
    assert!(!clear, "{sql}: a token leaves in Parquet");
    Ok(serde_json::to_string(&rows).unwrap())
}

#[tokio::test]
async fn tokens_are_compared_and_counted_and_never_seen() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(folder.path()).await;
    for (sql, expected) in [
        (
            "SELECT work_email, worker_id FROM employment ORDER BY worker_id",
            r#"[{"work_email":"•","worker_id":"W-1"},{"work_email":"•","worker_id":"W-2"}]"#,
        ),
        (
            "SELECT a.worker_id, b.worker_id AS other FROM employment a JOIN employment b ON a.home_address = b.home_address \
          AND a.worker_id < b.worker_id",
            r#"[{"worker_id":"W-1","other":"W-2"}]"#,
        ),
        (
            "SELECT home_address, count(*) AS n, count(DISTINCT work_email) AS mails FROM employment GROUP BY home_address",
            r#"[{"home_address":"•","n":2,"mails":2}]"#,
        ),
        (
            "SELECT account, account_last4 FROM pay_instruction WHERE worker_id = 'W-1'",
            r#"[{"account":"•","account_last4":"2051"}]"#,
        ),
        (
            "SELECT coalesce(work_email, worker_id) AS x FROM employment WHERE worker_id = 'W-1'",
            r#"[{"x":"•"}]"#,
        ),
        (
            "SELECT CASE WHEN worker_id = 'W-1' THEN work_email ELSE worker_id END AS x FROM employment ORDER BY worker_id",
            r#"[{"x":"•"},{"x":"•"}]"#,
        ),
        (
            "WITH t AS (SELECT work_email AS w FROM employment) SELECT DISTINCT w IS NULL AS missing FROM t",
            r#"[{"missing":false}]"#,
        ),
        (
            "SELECT worker_id FROM employment WHERE work_email IN (SELECT work_email FROM employment WHERE worker_id = 'W-2')",
            r#"[{"worker_id":"W-2"}]"#,
        ),
        ("SELECT work_email FROM employment WHERE false", "[]"),
        ("SELECT subject, account FROM w_pay_instruction ORDER BY record_id LIMIT 0", "[]"),
        ("SELECT count(*) AS n FROM worker", r#"[{"n":0}]"#),
    ] {
        assert_eq!(answer_of(&lake, sql).await.as_deref(), Ok(expected), "{sql}");
    }
}

#[tokio::test]
async fn what_would_show_or_order_a_token_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(folder.path()).await;
    for sql in [
        "SELECT upper(work_email) FROM employment",
        "SELECT substr(work_email, 4) FROM employment",
        "SELECT work_email || 'x' FROM employment",
        "SELECT md5(work_email) FROM employment",
        "SELECT worker_id FROM employment ORDER BY work_email",
        "SELECT worker_id FROM employment WHERE work_email < 'tk_8'",
        "SELECT worker_id FROM employment WHERE work_email LIKE 'tk_a%'",
        "SELECT min(work_email) FROM employment",
        "SELECT array_agg(work_email) FROM employment",
        "SELECT worker_id, row_number() OVER (ORDER BY work_email) FROM employment",
        "SELECT x FROM (SELECT work_email AS y FROM employment) t, LATERAL (SELECT reverse(t.y) AS x) u",
        "SELECT lower(w) FROM (SELECT work_email AS w FROM employment UNION ALL SELECT worker_id FROM employment) t",
        "SELECT reverse((SELECT max_mail FROM (SELECT work_email AS max_mail FROM employment LIMIT 1) t))",
        "SELECT length(account) FROM pay_instruction",
        "SELECT make_array(work_email) FROM employment",
    ] {
        let found = answer_of(&lake, sql).await;
        assert!(found.is_err(), "{sql}: {found:?}");
    }
}

#[tokio::test]
async fn nothing_but_one_select_runs() {
    let folder = tempfile::tempdir().unwrap();
    let lake = filled(folder.path()).await;
    let out = folder.path().join("out.parquet");
    let before = crate::common::files(folder.path());
    for sql in [
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE employment",
        "INSERT INTO employment SELECT * FROM employment",
        "DELETE FROM employment",
        "UPDATE employment SET worker_id = 'W-9'",
        &format!("COPY employment TO '{}'", out.display()),
        "CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('x')",
        "SET datafusion.execution.batch_size = 1",
        "EXPLAIN SELECT * FROM vault",
        "EXPLAIN ANALYZE SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT * FROM vault",
        "SELECT * FROM provenance",
        "SELECT sample FROM reject",
        "SELECT worker_id FROM employment WHERE EXISTS (SELECT 1 FROM vault)",
        "SELECT (SELECT sealed FROM vault LIMIT 1)",
        "WITH v AS (SELECT * FROM vault) SELECT count(*) FROM v",
        "SELECT * FROM nowhere",
        "not even SQL",
        "",
    ] {
        let found = answer_of(&lake, sql).await;
        assert!(found.is_err(), "{sql}: {found:?}");
    }
    assert_eq!(crate::common::files(folder.path()), before);
}
