extension ServiceStore {
    /// Says, where something is erased, that it may lie in the database's log still.
    func noteErasure(in database: Database) throws {
        try database.execute("INSERT OR IGNORE INTO unfolded VALUES (1)")
    }

    /// Takes what was erased out of the database's log; tries again what an earlier time could not.
    ///
    /// - Returns: whether nothing lies there any more.
    package func foldErasures() throws -> Bool {
        try exclusively { database in
            let isLeft = try database.statement("SELECT 1 FROM unfolded").first { _ in true } ?? false
            guard isLeft else { return true }
            guard try database.foldLog() else { return false }
            try database.execute("DELETE FROM unfolded")
            return true
        }
    }
}
