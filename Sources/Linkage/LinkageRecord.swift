package import Domain

/// One identity as a source knows it: the input of linkage.
///
/// Rows of a source with equal identifiers are collapsed by the caller, so a child seen at five check-ups is one
/// record here.
package struct LinkageRecord: Sendable, Hashable {
    package let source: SourceID
    /// Of the resident register, in which each person stands once; two spine records are never the same person.
    package let isSpine: Bool
    /// Of a source with one row a person; two of its records are never the same person.
    package let isUnique: Bool
    package let identifiers: Identifiers

    package init(source: SourceID, isSpine: Bool, isUnique: Bool, identifiers: Identifiers) {
        self.source = source
        self.isSpine = isSpine
        self.isUnique = isUnique
        self.identifiers = identifiers
    }
}
