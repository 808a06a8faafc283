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

// MARK: - Without decoding

/// Members are sorted and quotes within texts are escaped (`AuditEvent.canonical`): the word stands last, the time behind the actor,
/// and neither's name stands anywhere else. So a pass over millions of events reads them where they stand.
extension RecordedEvent {
    /// The event's word; `nil` where the bytes are no event.
    package static func what(in canonical: [UInt8]) -> String? {
        canonical.withUnsafeBufferPointer { bytes in
            guard bytes.suffix(2).elementsEqual("\"}".utf8) else { return nil }
            let text = bytes.dropLast(2)
            guard let quote = text.lastIndex(of: UInt8(ascii: "\"")),
                text[..<quote].suffix(7).elementsEqual("\"what\":".utf8)
            else { return nil }
            return String(decoding: text[(quote + 1)...], as: UTF8.self)
        }
    }

    /// The time as `timestamp` wrote it, whose order is that of its letters; `nil` where the bytes are no event.
    package static func timestamp(in canonical: [UInt8]) -> String? {
        canonical.withUnsafeBufferPointer { bytes in
            let member: StaticString = "\",\"at\":\""
            let name = UnsafeBufferPointer(start: member.utf8Start, count: member.utf8CodeUnitCount)
            var start = bytes.startIndex
            while let quote = bytes[start...].firstIndex(of: name[0]) {
                if bytes[quote...].starts(with: name) {
                    let value = bytes[(quote + name.count)...].prefix { $0 != name[0] }
                    return String(decoding: value, as: UTF8.self)
                }
                start = quote + 1
            }
            return nil
        }
    }
}
