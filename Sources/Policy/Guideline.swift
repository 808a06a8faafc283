package import Domain

/// The machine-readable guideline that officials approve; the engine obeys nothing else.
package struct Guideline: Sendable {
    package let catalogue: Catalogue
    /// Digest over the names and bytes of every file of the guideline; decisions and audit events carry it.
    package let revision: String

    /// Reads `items`, `purposes`, `roles` and `policies` below `folder`.
    ///
    /// - Parameter digest: a cryptographic digest, as lower-case hex.
    /// - Throws: `Faults` of kind `.configuration` with everything that is wrong, or a `Fault` of kind
    ///   `.inputOutput` where a folder cannot be read.
    package static func load(folder: String, digest: ([UInt8]) -> String) throws -> Guideline {
        Guideline(catalogue: Catalogue([]), revision: digest([]))
    }

    /// Decides a request; default deny, any forbid wins.
    package func decide(_ request: AccessRequest) -> Decision {
        .deny(Denial(ground: .notPermitted, message: "許可する規定がありません。", revision: revision))
    }

    /// The items the night may take in: those that a standing purpose of that day needs and policy lets it collect.
    package func activeItems(for roles: [RoleID], on day: Day) -> Set<ItemCode> { [] }
}
