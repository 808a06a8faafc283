import Domain
import Foundation
import TestSupport
import Testing

@testable import Store

@Test func aServiceFileIsOpenedDurableAndStrict() throws {
    let world = try World()
    try world.service.exclusively { database in
        func pragma(_ name: String) throws -> String? {
            try database.statement("PRAGMA \(name)").first { $0.text(0) }
        }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == "2")
        #expect(try pragma("foreign_keys") == "1")
        #expect(try pragma("trusted_schema") == "0")
        #expect(try pragma("cell_size_check") == "1")
        // A misspelt column in double quotes must not turn into a text.
        #expect(throws: Fault.self) { try database.execute(#"SELECT "no such column" FROM cases"#) }
        #expect(throws: Fault.self) {
            try database.execute("INSERT INTO publication VALUES ('one', 'run', 0, 'f', '{}')")
        }
        try database.statement(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'"
        ).rows { Issue.record("table \($0.text(0)) is not strict") }
    }
}

@Test func aFailedTransactionLeavesNothing() throws {
    let folder = try ScratchFolder()
    let database = try Database(path: folder.file("x.sqlite"), mode: .durable)
    try database.execute("CREATE TABLE t(a INTEGER PRIMARY KEY) STRICT")
    struct Stop: Error {}
    #expect(throws: Stop.self) {
        try database.transaction {
            try database.statement("INSERT INTO t VALUES (?)").run(1)
            throw Stop()
        }
    }
    #expect(try database.statement("SELECT count(*) FROM t").first { $0.int(0) } == 0)
    try database.transaction { try database.statement("INSERT INTO t VALUES (?)").run(2) }
    #expect(try database.statement("SELECT a FROM t").first { $0.int(0) } == 2)
}

@Test func everyKindOfValueComesBack() throws {
    let folder = try ScratchFolder()
    let database = try Database(path: folder.file("x.sqlite"), mode: .durable)
    try database.execute("CREATE TABLE t(a INTEGER, b REAL, c TEXT, d BLOB, e TEXT) STRICT")
    try database.statement("INSERT INTO t VALUES (?, ?, ?, ?, ?)").run(
        Int.min, 0.1, "𠮷\u{0}葉", [UInt8](), String?.none)
    let read: Void? = try database.statement("SELECT * FROM t").first { row in
        #expect(row.int(0) == Int.min && row.double(1) == 0.1 && row.text(2) == "𠮷\u{0}葉")
        #expect(row.optionalBlob(3) == [] && row.optionalText(4) == nil)
    }
    #expect(read != nil)
}

@Test func aWriterThatHoldsTheFileIsReportedAsBusy() throws {
    let folder = try ScratchFolder()
    let first = try Database(path: folder.file("x.sqlite"), mode: .durable)
    let second = try Database(path: folder.file("x.sqlite"), mode: .durable)
    try second.execute("PRAGMA busy_timeout = 0")
    try first.execute("BEGIN IMMEDIATE")
    let fault = fault { try second.transaction {} }
    #expect(fault?.kind == .busy)
    #expect(fault?.file == "x.sqlite")
}

@Test func migrationsRunOnceInOrderAndAFileOfANewerVersionIsRefused() throws {
    let folder = try ScratchFolder()
    let database = try Database(path: folder.file("x.sqlite"), mode: .durable)
    let first = Migration(name: "0001 a", sql: "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO a VALUES (1);")
    let second = Migration(name: "0002 b", sql: "ALTER TABLE a ADD COLUMN y INTEGER;")
    try database.migrate([first])
    try database.migrate([first])
    #expect(try database.statement("SELECT count(*) FROM a").first { $0.int(0) } == 1)
    try database.migrate([first, second])
    #expect(try database.statement("SELECT count(*) FROM migration").first { $0.int(0) } == 2)
    #expect(fault { try database.migrate([first]) }?.code == "store.schema")
    #expect(
        fault { try database.migrate([first, Migration(name: "0002 other", sql: "")]) }?.code
            == "store.schema")
}

@Test func aMigrationThatFailsHalfWayLeavesTheFileAsItWas() throws {
    let folder = try ScratchFolder()
    let database = try Database(path: folder.file("x.sqlite"), mode: .durable)
    let broken = Migration(
        name: "0001 a", sql: "CREATE TABLE a(x INTEGER) STRICT; INSERT INTO missing VALUES (1);")
    #expect(throws: Fault.self) { try database.migrate([broken]) }
    #expect(
        try database.statement("SELECT count(*) FROM sqlite_schema WHERE name = 'a'").first { $0.int(0) } == 0
    )
    #expect(try database.statement("SELECT count(*) FROM migration").first { $0.int(0) } == 0)
}

@Test func theQueuesViewAgreesWithWhatAnOpenStateIs() throws {
    let world = try World()
    for (index, state) in CaseState.allCases.enumerated() {
        try world.sql(
            "INSERT INTO cases(id, person, founder, sequence, state, opened_on, protected) VALUES ('C-\(index)', 'P-\(index)', 'P-\(index)', 1, '\(state.rawValue)', 1, 0)"
        )
    }
    try world.service.exclusively { database in
        for (index, state) in CaseState.allCases.enumerated() {
            let isInQueue = try database.statement("SELECT 1 FROM queue WHERE id = ?").first("C-\(index)") {
                _ in true
            }
            #expect((isInQueue == true) == state.isOpen, "\(state)")
        }
    }
}

@Test func aReaderOpensAFileWhoseRemovalWasStopped() throws {
    let folder = try ScratchFolder()
    let (path, copy) = (folder.file("x.sqlite"), folder.file("y.sqlite"))
    let database = try Database(path: path, mode: .building)
    try database.execute("CREATE TABLE t(x TEXT); INSERT INTO t VALUES ('若葉')")
    let removing = try Database(path: path, mode: .removing)
    try removing.execute("PRAGMA cache_spill = 1; PRAGMA cache_size = 1; BEGIN IMMEDIATE; CREATE TABLE u(x)")
    for _ in 0..<50 {
        try removing.execute("INSERT INTO u VALUES (randomblob(4000))")
    }
    // As a stop leaves them: the file half changed, its journal beside it.
    for name in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: path + name, toPath: copy + name)
    }
    try removing.execute("ROLLBACK")
    let reader = try Database(path: copy, mode: .readOnly)
    #expect(try reader.statement("SELECT x FROM t").first { $0.text(0) } == "若葉")
    #expect(try reader.statement("SELECT count(*) FROM sqlite_schema").first { $0.int(0) } == 1)
    try Database.eraseJournal(of: copy)
    #expect(access(copy + "-journal", F_OK) != 0)
}

@Test func whatADatabaseDeletesItOverwrites() throws {
    let folder = try ScratchFolder()
    let path = folder.file("x.sqlite")
    let database = try Database(path: path, mode: .durable)
    try database.execute("CREATE TABLE t(x TEXT); INSERT INTO t VALUES ('鯨岡町鰐淵'); DELETE FROM t")
    #expect(try database.foldLog())
    for name in ["", "-wal"] {
        let content = try Data(contentsOf: URL(filePath: path + name))
        #expect(content.range(of: Data("鯨岡町".utf8)) == nil)
    }
}
