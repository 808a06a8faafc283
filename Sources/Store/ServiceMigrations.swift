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
            \(onlyAdded("case_event", "case events are only added"))

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
            \(onlyAdded("audit_event", "audit events are only added"))
            """),
    Migration(
        name: "0002 cases by what each reader may see, users that leave",
        sql: """
            -- Urgency, difficulties and age of a case follow from the flags that a reader may see; nothing stores them.
            DROP VIEW queue;
            DROP INDEX cases_queue;
            DROP INDEX cases_queue_protected;
            ALTER TABLE cases DROP COLUMN urgency;
            ALTER TABLE cases DROP COLUMN difficulties;
            ALTER TABLE cases DROP COLUMN since;
            CREATE VIEW queue AS SELECT * FROM cases
                WHERE state IN ('候補', 'アセスメント待ち', '確認中', '支援会議', '見守り');
            -- A flag that is gone stays: who could see it may still see a case that people work on.
            ALTER TABLE case_flag ADD COLUMN raised_on INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE case_flag ADD COLUMN is_gone INTEGER NOT NULL DEFAULT 0;
            UPDATE case_flag SET raised_on = (SELECT opened_on FROM cases WHERE id = case_id);
            -- The rule whose flag an event tells of; only who may see that flag sees the event. Older notes counted all
            -- flags together, so they name a rule that nobody can see.
            ALTER TABLE case_event ADD COLUMN rule TEXT;
            DROP TRIGGER case_event_kept;
            UPDATE case_event SET rule = '' WHERE actor = 'nightly' AND what <> '名寄せによる引継ぎ';
            CREATE TRIGGER case_event_kept BEFORE UPDATE ON case_event
                BEGIN SELECT RAISE(ABORT, 'case events are only added'); END;

            ALTER TABLE user DROP COLUMN failures;
            ALTER TABLE user DROP COLUMN locked_until;
            ALTER TABLE user ADD COLUMN removed_at INTEGER;
            -- By a keyed hash of the name that was typed, known or not, so that a lock tells nothing about a user.
            CREATE TABLE log_in_failure(
                name BLOB PRIMARY KEY, failures INTEGER NOT NULL, last_at INTEGER NOT NULL,
                locked_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0003 corrections of rejected rows",
        sql: """
            -- Rows that departments sent back corrected, sealed; each stands in for one row of the extract with the hash.
            CREATE TABLE correction(
                sha256 TEXT NOT NULL, line INTEGER NOT NULL, source TEXT NOT NULL, fields BLOB NOT NULL,
                actor TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(sha256, line)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0004 persons who became one",
        sql: """
            -- Who reads about a person are to be found under every id the person had; runs that knew go with their folders.
            CREATE TABLE person_merge(
                absorbed TEXT NOT NULL, survivor TEXT NOT NULL,
                PRIMARY KEY(survivor, absorbed)) STRICT, WITHOUT ROWID;
            INSERT OR IGNORE INTO person_merge SELECT founder, person FROM cases WHERE founder <> person;
            """),
    Migration(
        name: "0005 verdicts on pairs of records",
        sql: """
            -- What people said of two records, by keyed hashes; kept for ever. Whether a verdict stands follows from its steps.
            CREATE TABLE verdict(
                id INTEGER PRIMARY KEY, left_key TEXT NOT NULL, left_number TEXT, right_key TEXT NOT NULL,
                right_number TEXT, is_same INTEGER NOT NULL, needs_second INTEGER NOT NULL,
                CHECK(left_key < right_key)) STRICT;
            CREATE TABLE verdict_step(
                id INTEGER PRIMARY KEY, verdict INTEGER NOT NULL REFERENCES verdict(id),
                what TEXT NOT NULL CHECK(what IN ('decided', 'confirmed', 'withdrawn')), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            \(onlyAdded("verdict", "verdicts are only added"))
            \(onlyAdded("verdict_step", "steps of verdicts are only added"))
            """),
    Migration(
        name: "0006 whose records verdicts are about, cases that were joined",
        sql: """
            -- Marks are keyed hashes of birth and given name, a list in JSON: a number alone says nothing of whose it is now.
            ALTER TABLE verdict ADD COLUMN left_source TEXT;
            ALTER TABLE verdict ADD COLUMN left_marks TEXT;
            ALTER TABLE verdict ADD COLUMN right_source TEXT;
            ALTER TABLE verdict ADD COLUMN right_marks TEXT;
            CREATE INDEX verdict_step_verdict ON verdict_step(verdict);
            -- A case that was withdrawn because its person became one with the kept case's, as it was: its state, and the rules
            -- whose flags stood. Goes when the two are two again.
            CREATE TABLE case_joined(
                case_id TEXT PRIMARY KEY REFERENCES cases(id), kept TEXT NOT NULL REFERENCES cases(id),
                state TEXT NOT NULL, rules TEXT NOT NULL) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0007 random samples of pairs for review",
        sql: """
            -- Pairs drawn at random, so that people's verdicts on them tell how good all links are; models never learn from them.
            CREATE TABLE review_sample(
                id INTEGER PRIMARY KEY, run TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
                seed INTEGER NOT NULL, joined INTEGER NOT NULL, apart INTEGER NOT NULL) STRICT;
            CREATE TABLE review_sample_pair(
                sample INTEGER NOT NULL REFERENCES review_sample(id), left_key TEXT NOT NULL,
                right_key TEXT NOT NULL, is_joined INTEGER NOT NULL, CHECK(left_key < right_key),
                PRIMARY KEY(sample, left_key, right_key)) STRICT, WITHOUT ROWID;
            \(onlyAdded("review_sample", "samples are only added"))
            \(onlyAdded("review_sample_pair", "samples are only added"))
            """),
    Migration(
        name: "0008 guidelines that two persons put in force",
        sql: """
            -- The files of every guideline that was proposed, by their hash; which one is in force follows from the steps.
            CREATE TABLE guideline_set(revision TEXT PRIMARY KEY, files BLOB NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE guideline_step(
                id INTEGER PRIMARY KEY, revision TEXT NOT NULL REFERENCES guideline_set(revision),
                what TEXT NOT NULL CHECK(what IN ('begun', 'proposed', 'approved')), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            \(onlyAdded("guideline_set", "guidelines are only added"))
            \(onlyAdded("guideline_step", "steps of guidelines are only added"))
            """),
    Migration(
        name: "0009 proposals of flag rules",
        sql: """
            -- Rule files bound to their bytes, and who approved them; kept for ever. Which is in force follows from the newest.
            CREATE TABLE rule_proposal(
                id INTEGER PRIMARY KEY, rule TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL,
                base TEXT NOT NULL, text TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
                reason TEXT NOT NULL) STRICT;
            CREATE TABLE rule_approval(
                proposal INTEGER PRIMARY KEY REFERENCES rule_proposal(id), actor TEXT NOT NULL, at INTEGER NOT NULL,
                reason TEXT NOT NULL) STRICT;
            \(onlyAdded("rule_proposal", "proposals of rules are only added"))
            \(onlyAdded("rule_approval", "approvals of rules are only added"))
            """),
    Migration(
        name: "0010 work on cases",
        sql: """
            -- What people move of a case; `CaseWork` is the only way from one to the next, `version` counts its steps.
            ALTER TABLE cases ADD COLUMN holder TEXT REFERENCES user(id);
            ALTER TABLE cases ADD COLUMN offered_to TEXT REFERENCES user(id);
            ALTER TABLE cases ADD COLUMN due_on INTEGER;
            ALTER TABLE cases ADD COLUMN closing TEXT;
            ALTER TABLE cases ADD COLUMN quiet_until INTEGER;
            ALTER TABLE cases ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
            DROP VIEW queue;
            CREATE VIEW queue AS SELECT *,
                CASE WHEN closing IS NOT NULL THEN '承認待ち' WHEN offered_to IS NOT NULL THEN '引継ぎ待ち' ELSE state END
                    AS queue
                FROM cases WHERE state IN ('候補', 'アセスメント待ち', '確認中', '支援会議', '見守り');
            -- The work before and after a person's step, as JSON: old and new values, and what an undo goes back to.
            ALTER TABLE case_event ADD COLUMN change TEXT;
            -- A request that was sent twice has one effect; kept for a day.
            CREATE TABLE request_key(
                user TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL,
                PRIMARY KEY(user, key)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0011 what people said of the use of their data",
        sql: """
            CREATE TABLE consent(
                id INTEGER PRIMARY KEY, purpose TEXT NOT NULL, is_refusal INTEGER NOT NULL, giver TEXT NOT NULL,
                evidence TEXT NOT NULL, from_day INTEGER, until_day INTEGER, person TEXT NOT NULL) STRICT;
            CREATE TABLE consent_record(
                consent INTEGER NOT NULL REFERENCES consent(id), key TEXT NOT NULL, number TEXT, marks TEXT NOT NULL,
                source TEXT, PRIMARY KEY(consent, key)) STRICT, WITHOUT ROWID;
            CREATE TABLE consent_step(
                id INTEGER PRIMARY KEY, consent INTEGER NOT NULL REFERENCES consent(id),
                what TEXT NOT NULL CHECK(what IN ('recorded', 'confirmed', 'ending', 'ended')), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            -- Whom it is about in the publication in service.
            CREATE TABLE consent_reach(
                consent INTEGER NOT NULL REFERENCES consent(id), person TEXT NOT NULL,
                PRIMARY KEY(consent, person)) STRICT, WITHOUT ROWID;
            \(onlyAdded("consent", "what people said is only added"))
            \(onlyAdded("consent_record", "what people said is only added"))
            \(onlyAdded("consent_step", "what people said is only added"))
            """),
    Migration(
        name: "0012 the trail's clock, whose family users are",
        sql: """
            -- The latest time in the trail, in milliseconds: a clock that went back behind it is not believed.
            ALTER TABLE audit_range ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;
            UPDATE audit_range SET latest = 1000 * (
                SELECT unixepoch(event ->> '$.at') FROM audit_event ORDER BY sequence DESC LIMIT 1);
            -- Who a user or the user's family is; only the analysis of the trail reads it.
            CREATE TABLE user_relative(
                user TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY(user, person)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0013 emergencies declared, and protection opened by two",
        sql: """
            -- `session`: a hash of the log-in's token. `overrides`: purposes of which the use was stopped, as JSON.
            CREATE TABLE declaration(
                id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN ('emergency', 'unlock')), user TEXT NOT NULL,
                session BLOB NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, minutes INTEGER NOT NULL,
                at INTEGER NOT NULL, needs_second INTEGER NOT NULL, overrides TEXT NOT NULL) STRICT;
            CREATE INDEX declaration_at ON declaration(at);
            CREATE TABLE declaration_step(
                id INTEGER PRIMARY KEY, declaration INTEGER NOT NULL REFERENCES declaration(id),
                what TEXT NOT NULL CHECK(what IN ('confirmed', 'ended', 'note', 'appropriate', 'inappropriate')),
                user TEXT NOT NULL, at INTEGER NOT NULL, words TEXT NOT NULL) STRICT;
            CREATE INDEX declaration_step_of ON declaration_step(declaration);
            -- Which events of the trail are about it: they say what was read under it.
            CREATE TABLE declaration_event(
                declaration INTEGER NOT NULL REFERENCES declaration(id), sequence INTEGER NOT NULL,
                PRIMARY KEY(declaration, sequence)) STRICT, WITHOUT ROWID;
            \(onlyAdded("declaration", "declarations are only added"))
            \(onlyAdded("declaration_step", "declarations are only added"))
            \(onlyAdded("declaration_event", "declarations are only added"))
            """),
    Migration(
        name: "0014 corrections of accepted rows, what is kept no longer than its period",
        sql: """
            -- What an accepted row is to say instead, sealed; known by a keyed hash of what the row said. Of a row, the last counts.
            CREATE TABLE rectification(
                id INTEGER PRIMARY KEY, source TEXT NOT NULL, content TEXT NOT NULL, patch BLOB NOT NULL,
                key TEXT NOT NULL, request TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            -- Whether the row came in the publication in service.
            CREATE TABLE rectification_use(
                rectification INTEGER PRIMARY KEY REFERENCES rectification(id), is_used INTEGER NOT NULL) STRICT;
            -- Who acted on a case behind which a fact was wrong, and so is to be told; and who told them.
            CREATE TABLE telling(
                id INTEGER PRIMARY KEY, rectification INTEGER NOT NULL REFERENCES rectification(id),
                case_id TEXT NOT NULL REFERENCES cases(id), user TEXT NOT NULL REFERENCES user(id),
                UNIQUE(rectification, case_id, user)) STRICT;
            CREATE TABLE telling_done(
                telling INTEGER PRIMARY KEY REFERENCES telling(id), actor TEXT NOT NULL, at INTEGER NOT NULL,
                how TEXT NOT NULL) STRICT;
            -- Shredding seals patches anew, and takes away those of the person's rows.
            \(onlyAdded("telling", "who is to be told is only added"))
            \(onlyAdded("telling_done", "who was told is only added"))

            -- Lists of what is past its period, by their hash; the one that was approved last is followed.
            CREATE TABLE retention(
                hash TEXT PRIMARY KEY, list TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
                reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE retention_approval(
                retention TEXT PRIMARY KEY REFERENCES retention(hash), actor TEXT NOT NULL, at INTEGER NOT NULL,
                reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
            -- What is left of a case past its period: how much there was, and of whom nobody can tell.
            CREATE TABLE case_tombstone(
                case_id TEXT PRIMARY KEY REFERENCES cases(id), state TEXT NOT NULL, ended_on INTEGER NOT NULL,
                events INTEGER NOT NULL, flags INTEGER NOT NULL, retention TEXT NOT NULL REFERENCES retention(hash),
                at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            \(onlyAdded("retention", "lists of what is past its period are only added"))
            \(onlyAdded("retention_approval", "approvals of such lists are only added"))
            \(onlyAdded("case_tombstone", "tombstones stay"))
            DROP TRIGGER case_event_stays;
            CREATE TRIGGER case_event_stays BEFORE DELETE ON case_event
                WHEN NOT EXISTS (SELECT 1 FROM case_tombstone WHERE case_id = OLD.case_id)
                BEGIN SELECT RAISE(ABORT, 'case events are only added'); END;
            """),
    Migration(
        name: "0015 ranges that users are bound to",
        sql: """
            -- As `Scope.text` writes them.
            CREATE TABLE user_scope(
                user TEXT NOT NULL REFERENCES user(id), scope TEXT NOT NULL,
                PRIMARY KEY(user, scope)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0016 the key ring, persons who were shredded",
        sql: """
            -- The latest ring this database has seen: an older one was put back from a copy, and would bring back who was shredded.
            CREATE TABLE key_ring(one INTEGER PRIMARY KEY CHECK(one = 1), serial INTEGER NOT NULL) STRICT;
            -- The key of the ring that seals a correction; NULL: the one key there was before.
            ALTER TABLE correction ADD COLUMN key TEXT;
            CREATE TABLE shredding(id INTEGER PRIMARY KEY, person TEXT NOT NULL) STRICT;
            CREATE TABLE shredding_step(
                id INTEGER PRIMARY KEY, shredding INTEGER NOT NULL REFERENCES shredding(id),
                what TEXT NOT NULL CHECK(what IN ('proposed', 'withdrawn', 'approved', 'done')), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            \(onlyAdded("shredding", "shreddings are only added"))
            \(onlyAdded("shredding_step", "steps of shreddings are only added"))
            """),
    Migration(
        name: "0017 which ring it is, whose rows were corrected",
        sql: """
            -- NULL until the ring is next seen.
            ALTER TABLE key_ring ADD COLUMN ring TEXT;
            -- Keys of the records of the corrected row, with a space between; NULL: of before it was kept.
            ALTER TABLE rectification ADD COLUMN records TEXT;
            -- What it says may be sealed anew or taken away; that it was asked for stays.
            CREATE TRIGGER rectification_kept BEFORE UPDATE OF id, source, content, request, file, line, actor, at, reason
                ON rectification BEGIN SELECT RAISE(ABORT, 'of corrections only the patch changes'); END;
            CREATE TRIGGER rectification_stays BEFORE DELETE ON rectification
                BEGIN SELECT RAISE(ABORT, 'corrections of rows stay'); END;
            """),
    Migration(
        name: "0018 corrections that were wrong",
        sql: """
            -- Who took a correction back, and why; the row stands as it came from the next night on.
            CREATE TABLE rectification_end(
                rectification INTEGER PRIMARY KEY REFERENCES rectification(id), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            \(onlyAdded("rectification_end", "ends of corrections stay"))
            """),
    Migration(
        name: "0019 how who declares pointed to the person",
        sql: "ALTER TABLE declaration ADD COLUMN typed TEXT NOT NULL DEFAULT '';"),
    Migration(
        name: "0020 what the order of the queue follows from",
        sql: """
            -- Which cases changed, so that who keeps an order puts only these in their place; what a publication changed is not kept.
            CREATE TABLE queue_change(number INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL) STRICT;
            \(noted("cases", "id"))
            \(noted("case_flag", "case_id"))
            CREATE TRIGGER case_event_noted AFTER INSERT ON case_event
                BEGIN INSERT INTO queue_change(case_id) VALUES (NEW.case_id); END;
            """),
    Migration(
        name: "0021 which records a shredding was proposed for",
        sql: """
            -- A hash of their keys; NULL: of before, to be proposed anew.
            ALTER TABLE shredding ADD COLUMN records TEXT;
            """),
    Migration(
        name: "0022 which keys this database belongs to, what of the trail was lost",
        sql: """
            CREATE TABLE workspace_key(name TEXT PRIMARY KEY, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
            -- Checkpoints outside that this database does not fit, since it was put back from a copy; somebody said so.
            CREATE TABLE lost_checkpoint(
                size INTEGER NOT NULL, root TEXT NOT NULL, PRIMARY KEY(size, root)) STRICT, WITHOUT ROWID;
            \(onlyAdded("workspace_key", "the keys of a database stay"))
            \(onlyAdded("lost_checkpoint", "what was lost stays"))
            """),
    Migration(
        name: "0023 flags whose ground was taken back",
        sql: """
            -- Who acted on a case of which a flag's ground is no more, and so is to be told; and who told them.
            CREATE TABLE taking_back(
                id INTEGER PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id), rule TEXT NOT NULL,
                user TEXT NOT NULL REFERENCES user(id), at INTEGER NOT NULL, why TEXT NOT NULL) STRICT;
            CREATE TABLE taking_back_told(
                taking_back INTEGER PRIMARY KEY REFERENCES taking_back(id), actor TEXT NOT NULL, at INTEGER NOT NULL,
                how TEXT NOT NULL) STRICT;
            \(onlyAdded("taking_back", "who is to be told is only added"))
            \(onlyAdded("taking_back_told", "who was told is only added"))
            """),
    Migration(
        name: "0024 support programmes, and what became of offers",
        sql: """
            -- Registries as they were imported, with the table they are matched by; the last one counts. No person stands here.
            CREATE TABLE registry(
                id INTEGER PRIMARY KEY, source TEXT NOT NULL, as_of INTEGER NOT NULL, attribution TEXT NOT NULL,
                sha256 TEXT NOT NULL, matching TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
            CREATE TABLE programme(
                registry INTEGER NOT NULL REFERENCES registry(id), place INTEGER NOT NULL, psid TEXT NOT NULL,
                area TEXT, programme TEXT NOT NULL, PRIMARY KEY(registry, place)) STRICT, WITHOUT ROWID;
            CREATE INDEX programme_area ON programme(registry, area);
            -- What people did about an offer; of a person and a programme the last one counts.
            CREATE TABLE support_outcome(
                id INTEGER PRIMARY KEY, person TEXT NOT NULL, psid TEXT NOT NULL,
                what TEXT NOT NULL CHECK(what IN ('sent', 'applied', 'receives', 'declined', 'notReached')),
                channel TEXT CHECK(channel IN ('text', 'letter', 'spoken')), actor TEXT NOT NULL,
                at INTEGER NOT NULL) STRICT;
            CREATE INDEX support_outcome_person ON support_outcome(person, id);
            \(onlyAdded("registry", "registries are only added"))
            \(onlyAdded("programme", "programmes are only added"))
            \(onlyAdded("support_outcome", "outcomes are only added"))
            """),
    Migration(
        name: "0025 why a case is 対象外, and children drawn at random",
        sql: """
            -- NULL of cases that ended otherwise, and of those that ended before: what was written stays in their history.
            ALTER TABLE cases ADD COLUMN end_reason TEXT;
            -- Children drawn at random from those whom no rule found, by month; a draw never changes.
            CREATE TABLE spot_check_draw(
                month TEXT PRIMARY KEY, run TEXT NOT NULL, wanted INTEGER NOT NULL, children INTEGER NOT NULL,
                at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE spot_check(
                id INTEGER PRIMARY KEY, month TEXT NOT NULL REFERENCES spot_check_draw(month), person TEXT NOT NULL,
                UNIQUE(month, person)) STRICT;
            -- Of a child the last one counts.
            CREATE TABLE spot_check_answer(
                id INTEGER PRIMARY KEY, spot_check INTEGER NOT NULL REFERENCES spot_check(id),
                answer TEXT NOT NULL CHECK(answer IN ('気になる点なし', '確認できなかった', '支援が要る')),
                note TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
            CREATE INDEX spot_check_answer_of ON spot_check_answer(spot_check, id);
            \(onlyAdded("spot_check_draw", "a draw stays as it was"))
            \(onlyAdded("spot_check", "who was drawn stays"))
            \(onlyAdded("spot_check_answer", "answers are only added"))
            """),
    Migration(
        name: "0026 approvals that the trail tells of, and their order",
        sql: """
            -- Which list was approved last does not follow from a clock.
            CREATE TABLE retention_approved(
                id INTEGER PRIMARY KEY, retention TEXT NOT NULL UNIQUE REFERENCES retention(hash), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            INSERT INTO retention_approved(retention, actor, at, reason)
                SELECT retention, actor, at, reason FROM retention_approval ORDER BY at, retention;
            DROP TABLE retention_approval;
            ALTER TABLE retention_approved RENAME TO retention_approval;
            \(onlyAdded("retention_approval", "approvals of such lists are only added"))
            -- Looked up before anything is obeyed, however long the trail is.
            CREATE INDEX audit_event_approval ON audit_event(sequence) WHERE instr(event, '.approve"') > 0;
            """),
    Migration(
        name: "0027 what became of offers and draws goes with who was shredded",
        sql: """
            -- Every id that somebody bore who was shredded: ids alone.
            CREATE TABLE shredded_person(person TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
            \(onlyAdded("shredded_person", "who was shredded stays so"))
            DROP TRIGGER support_outcome_stays;
            CREATE TRIGGER support_outcome_stays BEFORE DELETE ON support_outcome
                WHEN NOT EXISTS (SELECT 1 FROM shredded_person WHERE person = OLD.person)
                BEGIN SELECT RAISE(ABORT, 'outcomes go with their person alone'); END;
            DROP TRIGGER spot_check_answer_stays;
            CREATE TRIGGER spot_check_answer_stays BEFORE DELETE ON spot_check_answer
                WHEN NOT EXISTS (SELECT 1 FROM spot_check c JOIN shredded_person s ON s.person = c.person WHERE c.id = OLD.spot_check)
                BEGIN SELECT RAISE(ABORT, 'answers go with their person alone'); END;
            DROP TRIGGER spot_check_stays;
            CREATE TRIGGER spot_check_stays BEFORE DELETE ON spot_check
                WHEN NOT EXISTS (SELECT 1 FROM shredded_person WHERE person = OLD.person)
                BEGIN SELECT RAISE(ABORT, 'who was drawn goes with the person alone'); END;
            """),
    Migration(
        name: "0028 rules as the first night found them",
        sql: """
            CREATE TABLE rule_first(rule TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
            \(onlyAdded("rule_first", "what the first night found stays"))
            """),
    Migration(
        name: "0029 since when facts are known",
        sql: """
            -- By person, as a keyed hash, and day: keyed prints of the facts that a night of that day first brought. Day 0: before
            -- days were kept.
            CREATE TABLE known_fact(
                person BLOB NOT NULL, since INTEGER NOT NULL, prints BLOB NOT NULL,
                PRIMARY KEY(person, since)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0030 what people recorded besides cases goes by an approved list",
        sql: """
            -- Up to which number rows of a table may go, by which list.
            CREATE TABLE retention_past(
                name TEXT NOT NULL, id INTEGER NOT NULL, retention TEXT NOT NULL REFERENCES retention(hash),
                at INTEGER NOT NULL) STRICT;
            \(onlyAdded("retention_past", "what went by a list stays told"))
            DROP TRIGGER support_outcome_stays;
            CREATE TRIGGER support_outcome_stays BEFORE DELETE ON support_outcome
                WHEN NOT EXISTS (SELECT 1 FROM shredded_person WHERE person = OLD.person)
                    AND NOT EXISTS (SELECT 1 FROM retention_past WHERE name = 'support_outcome' AND id >= OLD.id)
                BEGIN SELECT RAISE(ABORT, 'outcomes go with their person, or by an approved list'); END;
            DROP TRIGGER spot_check_answer_stays;
            CREATE TRIGGER spot_check_answer_stays BEFORE DELETE ON spot_check_answer
                WHEN NOT EXISTS (SELECT 1 FROM spot_check c JOIN shredded_person s ON s.person = c.person WHERE c.id = OLD.spot_check)
                    AND NOT EXISTS (SELECT 1 FROM retention_past WHERE name = 'spot_check_answer' AND id >= OLD.id)
                BEGIN SELECT RAISE(ABORT, 'answers go with their person, or by an approved list'); END;
            DROP TRIGGER spot_check_stays;
            CREATE TRIGGER spot_check_stays BEFORE DELETE ON spot_check
                WHEN NOT EXISTS (SELECT 1 FROM shredded_person WHERE person = OLD.person)
                    AND NOT EXISTS (SELECT 1 FROM retention_past WHERE name = 'spot_check' AND id >= OLD.id)
                BEGIN SELECT RAISE(ABORT, 'who was drawn goes with the person, or by an approved list'); END;
            """),
    Migration(
        name: "0031 second factors, tokens of machines, log-ins by number",
        sql: """
            -- `secret`: sealed by the ring's root of that number; `step`: of the last code taken, so that none is taken twice.
            CREATE TABLE second_factor(
                user TEXT PRIMARY KEY REFERENCES user(id), secret BLOB NOT NULL, root INTEGER NOT NULL,
                step INTEGER NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            -- Keyed hashes; each goes when it is used.
            CREATE TABLE recovery_code(
                user TEXT NOT NULL REFERENCES user(id), mark BLOB NOT NULL, PRIMARY KEY(user, mark)) STRICT, WITHOUT ROWID;
            -- `mark`: a keyed hash; `start`: the first characters, by which people recognise one; `scopes`: words with spaces between.
            CREATE TABLE api_token(
                number INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL REFERENCES user(id),
                mark BLOB NOT NULL UNIQUE, start TEXT NOT NULL, scopes TEXT NOT NULL, created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL, used_on TEXT, ended_at INTEGER) STRICT;
            CREATE TRIGGER api_token_stays BEFORE DELETE ON api_token
                BEGIN SELECT RAISE(ABORT, 'the trail speaks of tokens by their numbers'); END;
            -- A number is told to people and never used again; a token's hash is not.
            CREATE TABLE log_in(
                number INTEGER PRIMARY KEY AUTOINCREMENT, token BLOB NOT NULL UNIQUE, user TEXT NOT NULL REFERENCES user(id),
                created_at INTEGER NOT NULL, used_at INTEGER NOT NULL) STRICT;
            INSERT INTO log_in(token, user, created_at, used_at)
                SELECT token, user, created_at, used_at FROM session ORDER BY created_at;
            DROP TABLE session;
            ALTER TABLE log_in RENAME TO session;
            -- Requests whose senders may send them again; `result`: what was made, NULL while that is not known.
            CREATE TABLE keyed_request(
                user TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, result TEXT, at INTEGER NOT NULL,
                PRIMARY KEY(user, key)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0032 what people were writing, and who works without keys",
        sql: """
            -- `text`: sealed by the keys of the records in `records`, out of the ring's root of that number; `version`: of the case that the
            -- form was of. One value of each form: nothing of what was typed before stays.
            CREATE TABLE case_draft(
                user TEXT NOT NULL REFERENCES user(id), case_id TEXT NOT NULL REFERENCES cases(id), form TEXT NOT NULL,
                version INTEGER NOT NULL, at INTEGER NOT NULL, records TEXT NOT NULL, root INTEGER NOT NULL, text BLOB NOT NULL,
                PRIMARY KEY(user, case_id, form)) STRICT, WITHOUT ROWID;
            CREATE INDEX case_draft_case ON case_draft(case_id);
            -- Who has switched the pages' keys off.
            CREATE TABLE keys_off(user TEXT PRIMARY KEY REFERENCES user(id)) STRICT, WITHOUT ROWID;
            """),
    Migration(
        name: "0034 since when sources are known, what is left in the log, proposals that are withdrawn",
        sql: """
            -- Sources that came since days are kept on which facts were first known.
            CREATE TABLE known_source(source TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
            INSERT INTO known_source
                SELECT DISTINCT e.value ->> '$.source' FROM publication p JOIN current_publication c ON c.sequence = p.sequence,
                    json_each(p.summary, '$.extracts') e
                WHERE e.value ->> '$.file' IS NOT NULL AND EXISTS (SELECT 1 FROM known_fact);
            -- Whether what a list deleted may still lie in the log.
            CREATE TABLE unfolded(one INTEGER PRIMARY KEY CHECK(one = 1)) STRICT;
            -- Who proposed a guideline may withdraw it.
            CREATE TABLE guideline_stepped(
                id INTEGER PRIMARY KEY, revision TEXT NOT NULL REFERENCES guideline_set(revision),
                what TEXT NOT NULL CHECK(what IN ('begun', 'proposed', 'approved', 'withdrawn')), actor TEXT NOT NULL,
                at INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
            INSERT INTO guideline_stepped SELECT id, revision, what, actor, at, reason FROM guideline_step;
            DROP TABLE guideline_step;
            ALTER TABLE guideline_stepped RENAME TO guideline_step;
            \(onlyAdded("guideline_step", "steps of guidelines are only added"))
            """),
    Migration(
        name: "0035 of which items a case's history tells",
        sql: """
            -- Who may not see all of `items` reads `plain` instead; NULL: nothing. NULL `items`: everybody who sees the rule.
            ALTER TABLE case_event ADD COLUMN items TEXT;
            ALTER TABLE case_event ADD COLUMN plain TEXT;
            """),
    Migration(
        name: "0036 lists that people keep",
        sql: """
            -- A user's own: a name, and the query of the list's address. It changes nothing that anybody may see.
            CREATE TABLE case_view(
                user TEXT NOT NULL REFERENCES user(id), name TEXT NOT NULL, query TEXT NOT NULL,
                PRIMARY KEY(user, name)) STRICT, WITHOUT ROWID;
            """),
]

/// Triggers that write down which cases changed.
private func noted(_ table: String, _ id: String) -> String {
    [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")].map { change, row in
        """
        CREATE TRIGGER \(table)_noted_\(change.lowercased()) AFTER \(change) ON \(table)
            BEGIN INSERT INTO queue_change(case_id) VALUES (\(row).\(id)); END;
        """
    }.joined(separator: "\n")
}

/// Triggers that keep what stands in a table as it is: nothing is changed and nothing goes.
private func onlyAdded(_ table: String, _ message: String) -> String {
    [("kept", "UPDATE"), ("stays", "DELETE")].map { name, change in
        "CREATE TRIGGER \(table)_\(name) BEFORE \(change) ON \(table) BEGIN SELECT RAISE(ABORT, '\(message)'); END;"
    }.joined(separator: "\n")
}
