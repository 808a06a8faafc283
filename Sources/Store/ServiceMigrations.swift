/// The changes of `service.sqlite`, oldest first; a released one is never edited.
let serviceMigrations = [
    Migration(
        name: "0001 publications, cases, users, audit trail",
        sql: """
            CREATE TABLE publication(
                sequence INTEGER PRIMARY KEY, run TEXT NOT NULL, published_at INTEGER NOT NULL,
                folder TEXT NOT NULL, summary TEXT NOT NULL) STRICT;
            CREATE TABLE current_publication(
                one INTEGER PRIMARY KEY CHECK(one = 1),
                sequence INTEGER NOT NULL REFERENCES publication(sequence)) STRICT;
            CREATE TABLE failed_run(
                id INTEGER PRIMARY KEY, run TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL) STRICT;

            -- `founder` and `sequence` made the id; `person` changes when identities merge.
            CREATE TABLE cases(
                id TEXT PRIMARY KEY, person TEXT NOT NULL, founder TEXT NOT NULL, sequence INTEGER NOT NULL,
                state TEXT NOT NULL, urgency INTEGER NOT NULL, difficulties INTEGER NOT NULL,
                since INTEGER NOT NULL, opened_on INTEGER NOT NULL, protected INTEGER NOT NULL,
                UNIQUE(founder, sequence)) STRICT;
            CREATE INDEX cases_person ON cases(person);
            -- Which queue a case is in follows from its state; nothing stores it.
            CREATE VIEW queue AS SELECT * FROM cases
                WHERE state IN ('候補', 'アセスメント待ち', '確認中', '支援会議', '見守り');
            CREATE INDEX cases_queue ON cases(urgency, -difficulties, since, id)
                WHERE state IN ('候補', 'アセスメント待ち', '確認中', '支援会議', '見守り');
            CREATE INDEX cases_queue_protected ON cases(protected, state)
                WHERE state IN ('候補', 'アセスメント待ち', '確認中', '支援会議', '見守り');
            CREATE UNIQUE INDEX cases_one_open ON cases(person)
                WHERE state IN ('候補', 'アセスメント待ち', '確認中', '支援会議', '見守り');
            CREATE TABLE case_flag(
                case_id TEXT NOT NULL REFERENCES cases(id), rule TEXT NOT NULL, flag TEXT NOT NULL,
                PRIMARY KEY(case_id, rule)) STRICT, WITHOUT ROWID;
            CREATE TABLE case_event(
                id INTEGER PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id), at INTEGER NOT NULL,
                actor TEXT NOT NULL, what TEXT NOT NULL, note TEXT NOT NULL) STRICT;
            CREATE INDEX case_event_case ON case_event(case_id);
            CREATE TRIGGER case_event_kept BEFORE UPDATE ON case_event
                BEGIN SELECT RAISE(ABORT, 'case events are only added'); END;
            CREATE TRIGGER case_event_stays BEFORE DELETE ON case_event
                BEGIN SELECT RAISE(ABORT, 'case events are only added'); END;

            CREATE TABLE user(
                id TEXT PRIMARY KEY, display_name TEXT NOT NULL, password TEXT NOT NULL,
                created_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,
                locked_until INTEGER NOT NULL DEFAULT 0) STRICT;
            CREATE TABLE user_role(
                user TEXT NOT NULL REFERENCES user(id), role TEXT NOT NULL,
                PRIMARY KEY(user, role)) STRICT, WITHOUT ROWID;
            CREATE TABLE session(
                token BLOB PRIMARY KEY, user TEXT NOT NULL REFERENCES user(id), created_at INTEGER NOT NULL,
                used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

            CREATE TABLE audit_event(sequence INTEGER PRIMARY KEY, event TEXT NOT NULL) STRICT;
            CREATE TABLE audit_range(
                one INTEGER PRIMARY KEY CHECK(one = 1), size INTEGER NOT NULL, hashes BLOB NOT NULL) STRICT;
            CREATE TABLE audit_checkpoint(size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
            CREATE TRIGGER audit_event_kept BEFORE UPDATE ON audit_event
                BEGIN SELECT RAISE(ABORT, 'audit events are only added'); END;
            CREATE TRIGGER audit_event_stays BEFORE DELETE ON audit_event
                BEGIN SELECT RAISE(ABORT, 'audit events are only added'); END;
            """)
]
