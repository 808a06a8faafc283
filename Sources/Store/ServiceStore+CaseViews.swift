package import Domain

/// A list of cases that somebody keeps under a name of their own.
package struct KeptCaseView: Sendable, Hashable {
    /// A user keeps at most so many.
    package static let most = 20
    /// Characters of a name.
    package static let longestName = 40

    package let name: String
    /// As the list's address has it.
    package let query: String
}

extension ServiceStore {
    /// A user's own lists, by name.
    package func caseViews(of user: UserID) throws -> [KeptCaseView] {
        try exclusively { database in
            var views: [KeptCaseView] = []
            try database.statement("SELECT name, query FROM case_view WHERE user = ? ORDER BY name").rows(
                user.rawValue
            ) { views.append(KeptCaseView(name: $0.text(0), query: $0.text(1))) }
            return views
        }
    }

    /// Keeps a list under a name; one that had it goes.
    ///
    /// - Throws: `Fault` of kind `.usage` for the field `name`.
    package func keep(_ query: String, as name: String, of user: UserID) throws {
        guard !name.isEmpty, name.count <= KeptCaseView.longestName else {
            throw Self.wrongView("一覧の名前がないか、長すぎます。", "\(KeptCaseView.longestName)字までの名前を付けてください。")
        }
        try transaction { database in
            let others = try database.statement(
                "SELECT count(*) FROM case_view WHERE user = ? AND name <> ?"
            ).first(user.rawValue, name) { $0.int(0) }
            guard others ?? 0 < KeptCaseView.most else {
                throw Self.wrongView("残せる一覧は\(KeptCaseView.most)件までです。", "使わないものを消してください。")
            }
            try database.statement("INSERT OR REPLACE INTO case_view VALUES (?, ?, ?)").run(
                user.rawValue, name, query)
        }
    }

    /// Forgets a list; of one that there is not, nothing happens.
    package func forgetCaseView(_ name: String, of user: UserID) throws {
        try transaction { database in
            try database.statement("DELETE FROM case_view WHERE user = ? AND name = ?").run(
                user.rawValue, name)
        }
    }

    private static func wrongView(_ message: String, _ fix: String) -> Fault {
        Fault(.usage, code: "view.name", message: message, field: "name", fix: fix)
    }
}
