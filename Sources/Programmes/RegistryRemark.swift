/// Something of a registry file that was not plain: what was made of it, at which record and field.
package struct RegistryRemark: Sendable, Hashable, Encodable {
    package enum Kind: String, Sendable, Encodable, CaseIterable {
        /// The record cannot be used at all.
        case rejected
        /// A part of it stays open; whoever looks is asked.
        case open
        /// Written otherwise than the form says, and understood.
        case understood
    }

    package let kind: Kind
    /// Machine code such as `age.contradiction`.
    package let code: String
    /// Empty where the record has none.
    package let psid: String
    package let line: Int
    /// As the record names it, such as `target.lessThan.targetAge`.
    package let field: String
    /// Japanese: what it is, and what was made of it.
    package let message: String
    /// Japanese: what to do.
    package let fix: String
}

/// What a registry file holds, and what is to be told about it.
package struct RegistryReading: Sendable {
    /// Without those that were rejected, in the order of the file.
    package let programmes: [Programme]
    /// In the order of the file; a key that nobody knows, and a code without a meaning, once a file.
    package let remarks: [RegistryRemark]
    /// How many records the file has.
    package let records: Int

    package func count(_ kind: RegistryRemark.Kind) -> Int { remarks.count { $0.kind == kind } }
}
