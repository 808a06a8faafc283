internal import Domain

/// Schemas of the two files of a run. Indexes are made when the run is finished: sorting once is far cheaper.
enum RunFiles {
    /// Version of both files; a run of another version is not read but built anew.
    static let form = 4
    /// All of it is sealed with one key (`KeyRing.former`), and a person's row does not name the keys; else it is as now.
    static let formOfOneKey = 3

    /// What the rows say, by pseudonym: no name, no number, no person id.
    static let facts = """
        CREATE TABLE file(
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, title TEXT NOT NULL, name TEXT NOT NULL,
            sha256 TEXT NOT NULL, as_of INTEGER) STRICT;
        CREATE TABLE row(
            file INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL,
            fate INTEGER NOT NULL CHECK(fate BETWEEN 0 AND 4), of_line INTEGER,
            PRIMARY KEY(file, line)) STRICT, WITHOUT ROWID;
        CREATE TABLE rejection(
            file INTEGER NOT NULL, line INTEGER NOT NULL, code TEXT NOT NULL, column_name TEXT,
            message TEXT NOT NULL, fix TEXT NOT NULL, PRIMARY KEY(file, line)) STRICT, WITHOUT ROWID;
        CREATE TABLE outside(
            file INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY(file, line)) STRICT, WITHOUT ROWID;
        -- What a row says of one of its people; the facts are `PackedFacts`: a row is always read whole.
        CREATE TABLE record(
            id INTEGER PRIMARY KEY, file INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL,
            subject INTEGER NOT NULL, entity INTEGER NOT NULL, facts BLOB NOT NULL) STRICT;
        CREATE TABLE part(id INTEGER PRIMARY KEY, item TEXT NOT NULL, kind TEXT NOT NULL, type INTEGER NOT NULL) STRICT;
        CREATE TABLE code(id INTEGER PRIMARY KEY, label TEXT NOT NULL) STRICT;
        CREATE TABLE subject(entity INTEGER PRIMARY KEY, pseudonym TEXT NOT NULL) STRICT;

        -- What the reader counted by itself, and how the file is read, in JSON; the header is a list of names.
        CREATE TABLE intake(
            file INTEGER PRIMARY KEY, lines INTEGER NOT NULL, bytes INTEGER NOT NULL, size INTEGER NOT NULL) STRICT;
        CREATE TABLE form(file INTEGER PRIMARY KEY, lines TEXT NOT NULL, header TEXT NOT NULL) STRICT;
        -- What the columns were taken for as to 個人番号, in JSON.
        CREATE TABLE form_numbers(file INTEGER PRIMARY KEY, columns TEXT NOT NULL) STRICT;
        -- Rows that stand as their department corrected them.
        CREATE TABLE corrected(
            file INTEGER NOT NULL, line INTEGER NOT NULL, actor TEXT NOT NULL, day INTEGER NOT NULL,
            PRIMARY KEY(file, line)) STRICT, WITHOUT ROWID;
        -- Rows that are rejected although their department corrected them, and when that correction was taken back.
        CREATE TABLE refused_correction(
            file INTEGER NOT NULL, line INTEGER NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY(file, line)) STRICT, WITHOUT ROWID;
        """

    static let factsIndexes = "CREATE INDEX record_entity ON record(entity, file, line);"

    /// Who the people are: identifiers sealed, and which identities are one person.
    static let vault = """
        CREATE TABLE entity(
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, identifiers BLOB NOT NULL) STRICT;
        CREATE TABLE person(
            id INTEGER PRIMARY KEY, person TEXT NOT NULL, household BLOB, protected INTEGER NOT NULL,
            resident INTEGER NOT NULL, display BLOB NOT NULL,
            -- Keys of the records that `display` tells of, with a space between: it is sealed by theirs.
            records TEXT NOT NULL) STRICT;
        CREATE TABLE membership(entity INTEGER PRIMARY KEY, person INTEGER NOT NULL) STRICT;
        -- Sources of which a rejected row may be about the person.
        CREATE TABLE unread(person INTEGER NOT NULL, source TEXT NOT NULL) STRICT;
        -- Records of 支援措置 that lead to nobody on the register.
        CREATE TABLE unlinked(key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE absent(
            key TEXT PRIMARY KEY, person TEXT NOT NULL, protected INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        -- Records whose id is not their person's, since that was absorbed; who absorbed whom; ids nothing else tells of.
        CREATE TABLE record_home(key TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE alias(
            absorbed TEXT PRIMARY KEY, survivor TEXT NOT NULL, merge INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE spent(person TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE agreement(id INTEGER PRIMARY KEY, comparison TEXT NOT NULL, level TEXT NOT NULL) STRICT;
        CREATE TABLE link(
            left_entity INTEGER NOT NULL, right_entity INTEGER NOT NULL, weight REAL NOT NULL,
            automatic INTEGER NOT NULL, levels BLOB NOT NULL) STRICT;
        -- Links that hold together what little else does, and why (`ReviewPair.Thinness`); runs of an earlier program have no such table.
        CREATE TABLE thin(
            left_entity INTEGER NOT NULL, right_entity INTEGER NOT NULL, why INTEGER NOT NULL,
            PRIMARY KEY(left_entity, right_entity)) STRICT, WITHOUT ROWID;
        CREATE TABLE identity_event(
            id INTEGER PRIMARY KEY, what INTEGER NOT NULL, person TEXT NOT NULL, other TEXT) STRICT;
        -- Rejected rows as they came, sealed; NULL where they hold what may not be kept.
        CREATE TABLE rejected_row(
            file INTEGER NOT NULL, line INTEGER NOT NULL, row BLOB, UNIQUE(file, line)) STRICT;
        """

    static let vaultIndexes = """
        CREATE UNIQUE INDEX person_person ON person(person);
        CREATE INDEX person_household ON person(household, person);
        CREATE INDEX membership_person ON membership(person, entity);
        CREATE INDEX link_left ON link(left_entity);
        CREATE INDEX link_right ON link(right_entity);
        """

    /// The row that makes a file a finished one; written last, after everything else is on the disk.
    static let marker = """
        CREATE TABLE marker(
            one INTEGER PRIMARY KEY CHECK(one = 1), form INTEGER NOT NULL, build TEXT NOT NULL,
            key_id TEXT NOT NULL) STRICT;
        """

    /// - Parameter found: the form in which the run is stored.
    static func otherForm(_ found: Int, folder: String) -> Fault {
        let isOlder = found < form
        return Fault(
            .inputOutput, code: "publication.other-form",
            message: "実行は\(isOlder ? "前" : "後")の版の renkei が作ったもので（形式\(found)）、この版（形式\(form)）では読めません。"
                + "壊れてはいません。",
            file: folder,
            fix: isOlder
                ? "「renkei run --rebuild」で、この版の形式で作り直してください。人の番号は新しくなることがあります。ケースの記録は残ります: "
                    + "番号が変わった方の、手を付けていないケースは取り下げて新しいケースにし、手を付けたケースは残しますが氏名などを示せません。"
                    + "控えをとってから作り直し、対応中のケースを1件ずつ確かめてください。"
                : "この実行を作った版の renkei か、それより新しい版を使ってください。")
    }

    static func otherRoot(folder: String) -> Fault {
        Fault(
            .inputOutput, code: "publication.other-root",
            message: "実行は、鍵束を作り直す前（keys rotate --reseal）の鍵で暗号化されています。その鍵は捨てたため、だれにも読めません。壊れてはいません。",
            file: folder,
            fix:
                "鍵束を作り直したあとに取った、データベース（service.sqlite と runs/）の控えを戻してください。ないときは「renkei run --rebuild」で作り直してください。"
                + "人の番号は新しくなることがあるため、対応中のケースを1件ずつ確かめてください（docs/keys.md）。")
    }

    static let unfinished = Fault(
        .gate, code: "run.unfinished", message: "実行フォルダの作成が途中で終わっているため、使えません。",
        fix: "夜間処理をもう一度実行してください。")
}
