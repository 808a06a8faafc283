internal import Domain

/// A message to a family about a programme: for a person to send, in the programme's own words.
///
/// It is made of programme and municipality alone. No fact of anybody goes in, so none can come out: neither why the family was
/// chosen nor whether any rule looked at it.
package struct Draft: Sendable, Hashable {
    package enum Channel: String, Sendable, Codable, CaseIterable {
        /// A short text: mail, messenger, a city's app.
        case text
        /// A letter to print.
        case letter
    }

    /// The longest a short text may be, in characters.
    package static let longest = 500

    package let subject: String
    /// Paragraphs.
    package let paragraphs: [String]

    /// As it is sent.
    package var text: String { ([subject] + paragraphs).joined(separator: "\n") }

    package init(
        _ programme: Programme, channel: Channel, municipality: String, attribution: String
    ) {
        let title = Self.shortened(programme.name, 60)
        subject = "【\(Self.shortened(municipality, 30))】「\(title)」のご案内"
        let opening = "お住まいの地域の子育て世帯に、使える可能性のある制度をご案内しています。対象になるかどうかは、窓口で確かめられます。"
        let closing = [
            "すでに利用している方、希望しない方は、何もなさらなくて大丈夫です。",
            "今後このご案内を望まないときは、市の担当課にお知らせください。",
        ]
        var details: [String] = []
        let heading = programme.period.isOfRunning == true ? "実施" : "申込み"
        if let to = programme.period.to {
            details.append("\(heading): \(to.wareki)まで")
        } else if programme.period.isAnytime {
            details.append("\(heading): いつでもできます")
        } else if !programme.period.words.isEmpty {
            details.append("\(heading): \(programme.period.words)")
        }
        if !programme.documents.isEmpty {
            details.append("必要なもの: \(programme.documents.joined(separator: "、"))")
        }
        if !programme.contact.isEmpty {
            details.append("問合せ: \(programme.contact.joined(separator: " "))")
        }
        // Longer ones would not fit whole, and half an address leads nowhere.
        let link = programme.links.first { channel == .letter || $0.address.count <= 120 }.map {
            ["くわしく: \($0.address)"]
        }
        switch channel {
        case .letter:
            var body = [opening, programme.summary]
            body.append(programme.persons.isEmpty ? "" : "対象: \(programme.persons)")
            body += programme.conditions.map { "条件: \($0)" }
            body += details + (link ?? []) + closing + [attribution]
            paragraphs = body.filter { !$0.isEmpty }
        case .text:
            // What must be there stands; the rest gives way from the end.
            let credit = [Self.shortened(attribution, 80)].filter { !$0.isEmpty }
            let fixed = [subject, opening] + closing + credit
            var room = Self.longest - fixed.reduce(0) { $0 + $1.count + 1 }
            var kept: [String] = []
            for line in (link ?? []) + details.map({ Self.shortened($0, 80) }) where line.count < room {
                room -= line.count + 1
                kept.append(line)
            }
            let summary = Self.shortened(
                programme.summary.replacing("\n", with: " "), max(0, min(room - 1, 160)))
            paragraphs = [opening] + [summary].filter { !$0.isEmpty } + kept + closing + credit
        }
    }

    private static func shortened(_ text: String, _ most: Int) -> String {
        guard text.count > most else { return text }
        return most < 2 ? "" : text.prefix(most - 1) + "…"
    }
}
