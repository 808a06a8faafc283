package import Domain
internal import Foundation

/// An event as it stands in the trail.
package struct RecordedEvent: Sendable, Decodable {
    package let sequence: Int
    /// Milliseconds since 1970-01-01 UTC.
    package let at: Int
    package let actor: String
    /// The event's word, such as `case.read`; also one that this version does not know.
    package let what: String
    package let isPermitted: Bool
    package let purpose: PurposeID?
    package let revision: String?
    package let subjects: [Pseudonym]
    package let fields: [String]
    package let counts: [String: Int]
    package let references: [String: String]

    private enum CodingKeys: String, CodingKey {
        case sequence = "seq"
        case isPermitted = "outcome"
        case at, actor, what, purpose, revision, subjects, fields, counts, references
    }

    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        sequence = try members.decode(Int.self, forKey: .sequence)
        guard let at = milliseconds(try members.decode(String.self, forKey: .at)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .at, in: members, debugDescription: "not a time of the trail")
        }
        self.at = at
        actor = try members.decode(String.self, forKey: .actor)
        what = try members.decode(String.self, forKey: .what)
        isPermitted = try members.decode(String.self, forKey: .isPermitted) == "permit"
        purpose = try members.decodeIfPresent(PurposeID.self, forKey: .purpose)
        revision = try members.decodeIfPresent(String.self, forKey: .revision)
        subjects = try members.decodeIfPresent([Pseudonym].self, forKey: .subjects) ?? []
        fields = try members.decodeIfPresent([String].self, forKey: .fields) ?? []
        counts = try members.decodeIfPresent([String: Int].self, forKey: .counts) ?? [:]
        references = try members.decodeIfPresent([String: String].self, forKey: .references) ?? [:]
    }

    /// - Parameter canonical: the bytes of the trail; `nil` where they are no event.
    package init?(canonical: [UInt8]) {
        guard let event = try? JSONDecoder().decode(Self.self, from: Data(canonical)) else { return nil }
        self = event
    }
}
