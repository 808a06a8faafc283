internal import Domain

/// One numbered change of a schema; never edited once released.
struct Migration {
    /// Number and subject, such as `0001 first night`; recorded in the file.
    let name: String
    let sql: String
}

extension Database {
    /// Applies what the file does not have yet, in order, each in a transaction of its own.
    ///
    /// - Throws: `Fault` of kind `.configuration` where a newer renkei has changed the file.
    func migrate(_ migrations: [Migration]) throws {
        try execute(
            "CREATE TABLE IF NOT EXISTS migration(number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT")
        for (index, migration) in migrations.enumerated() {
            try transaction {
                // Inside the transaction: two programs may start at once.
                let applied = try statement("SELECT name FROM migration WHERE number = ?").first(index + 1) {
                    $0.text(0)
                }
                guard applied == nil else {
                    if applied != migration.name { throw unknownSchema() }
                    return
                }
                try execute(migration.sql)
                try statement("INSERT INTO migration VALUES (?, ?)").run(index + 1, migration.name)
            }
        }
        let known = migrations.count
        let count = try statement("SELECT count(*) FROM migration").first { $0.int(0) } ?? 0
        if count != known { throw unknownSchema() }
    }

    private func unknownSchema() -> Fault {
        Fault(
            .configuration, code: "store.schema",
            message: "データベースは、この renkei が知らない版で作られています。", file: path,
            fix: "データベースを作ったものと同じか、それより新しい renkei を使ってください。")
    }
}
