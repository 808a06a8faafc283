package import Domain
internal import Foundation
package import Policy

/// One part of who somebody is, for two records to be compared by eye.
package struct IdentifierLine: Sendable, Hashable {
    package let title: String
    /// As written by the source; empty where it says nothing.
    package let text: String
    /// Hidden because of 支援措置.
    package let isMasked: Bool

    /// Every part in a fixed order, hidden where 支援措置 asks for it.
    package static func all(_ person: Identifiers, masked: [IdentifierPart]) -> [IdentifierLine] {
        func line(_ title: String, _ part: IdentifierPart, _ texts: [String]) -> IdentifierLine {
            let written = texts.filter { !$0.isEmpty }
            return IdentifierLine(
                title: title,
                text: masked.contains(part) ? RejectedContent.mask : written.joined(separator: "、"),
                isMasked: masked.contains(part))
        }
        return [
            line("氏名", .name, person.names.map(\.written)),
            line("ふりがな", .name, person.names.map(\.writtenKana)),
            line("生年月日", .birth, [person.birth.map(Self.words) ?? ""]),
            line("性別", .sex, [person.sex.map { $0 == .male ? "男" : "女" } ?? ""]),
            line("住所", .address, [person.address?.written ?? ""]),
            line("電話", .phone, person.phones),
            line("保護者", .guardians, person.guardians.map(\.written)),
            line("学校", .school, [person.school ?? ""]),
            line("番号", .number, [person.number?.number ?? ""]),
        ]
    }

    private static func words(_ date: PartialDate) -> String {
        switch date {
        case .day(let day): day.description
        case .month(let year, let month): "\(year)年\(month)月"
        case .year(let year): "\(year)年"
        case .age(let age, let day): "\(day)に\(age)歳"
        }
    }
}

extension LevelExplanation {
    /// `氏名: 名が漢字で一致（+8.1）`: one step of the waterfall in words.
    package var sentence: String { "\(comparison): \(level)（\(String(format: "%+.1f", weight))）" }
}
