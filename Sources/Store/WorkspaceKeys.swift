package import Domain

private let pending = Fault(.internal, code: "store.pending", message: "未実装です。", fix: "次の版を待ってください。")

/// The secret keys of a workspace.
package struct WorkspaceKeys: Sendable {
    /// Creates the folder (0700) and its key files (0600); refuses a folder that holds one.
    package static func create(folder: String) throws -> WorkspaceKeys { throw pending }
    package static func load(folder: String) throws -> WorkspaceKeys { throw pending }
    package func recordKey(source: SourceID, canonical: String) -> String { "" }
    package func personID(founding: String, attempt: Int) -> PersonID { "" }
    package func caseID(person: PersonID, sequence: Int) -> CaseID { "" }
    package func pseudonym(of person: PersonID, domain: String) -> Pseudonym { "" }
}

/// SHA-256 as lower-case hex.
package enum Digest {
    package static func sha256(file path: String) throws -> String { throw pending }
    package static func sha256(_ bytes: some Sequence<UInt8>) -> String { "" }
}
