internal import Domain

/// What no rule may say or read, as officials keep it in `Guidelines/wording/flagging.json5`.
struct FlaggingWording: Sendable, Decodable {
    struct ForbiddenWord: Sendable, Decodable {
        let word: String
        let why: String
        let instead: String
    }
    /// An item by code, or every item and part whose catalogue title has the word.
    struct Unread: Sendable, Decodable {
        let item: ItemCode?
        let word: String?
        let why: String
    }
    struct HelpSeeking: Sendable, Decodable {
        let item: ItemCode
        /// One part of the item; `nil`: all of it.
        let kind: String?
        let why: String
    }

    /// Words that judge or frighten, or promise what nobody knows.
    let forbiddenWords: [ForbiddenWord]
    /// What is never a reason to look at a child.
    let neverRead: [Unread]
    /// Asking for help or being helped: may say that somebody is seen, never that somebody should be looked at.
    let helpSeeking: [HelpSeeking]
    /// The longest look-back a rule may have, in months.
    let longestLookBackMonths: Int

    static func load(folder: String) throws -> FlaggingWording {
        let wording: FlaggingWording = try ConfigurationFile.load(
            folder + "/wording/flagging.json5", name: "wording/flagging.json5"
        ).decode()
        guard (1...Population.monthsOfChildhood.upperBound).contains(wording.longestLookBackMonths) else {
            throw Fault(
                .configuration, code: "flagging.look-back",
                message: "さかのぼれる期間が、1から\(Population.monthsOfChildhood.upperBound)か月までの数ではありません。",
                file: "wording/flagging.json5", field: "longestLookBackMonths", fix: "保存年数より短い月数を書いてください。")
        }
        return wording
    }

    func forbidden(in text: String) -> ForbiddenWord? { forbiddenWords.first { text.contains($0.word) } }

    /// Why a rule may not read an item or one of its parts.
    func whyNeverRead(_ code: ItemCode, titles: [String]) -> String? {
        neverRead.first { unread in
            unread.item == code || unread.word.map { word in titles.contains { $0.contains(word) } } ?? false
        }?.why
    }
}
