package import Domain
package import Programmes

/// A programme that may be offered, in words.
package struct OfferLine: Sendable, Hashable {
    package var psid: String
    package var name: String
    package var summary: String
    /// For whom it is, in the registry's words.
    package var persons: String
    package var standing: Offer.Standing
    /// Why it seems to be for the child.
    package var grounds: [String]
    /// Whether it is received.
    package var receiving: String
    /// What a person has to find out.
    package var questions: [String]
    package var conditions: [String]
    package var deadline: String
    package var documents: [String]
    package var procedure: [String]
    package var links: [Programme.Link]
    /// The short text that may be sent.
    package var draft: String
}

/// The words in which offers are told; of an item only its title.
package struct SupportWording: Sendable {
    private let table: MatchingTable
    private let catalogue: Catalogue
    private let municipality: String
    private let attribution: String

    package init(
        table: MatchingTable, catalogue: Catalogue, municipality: String, attribution: String
    ) {
        self.table = table
        self.catalogue = catalogue
        self.municipality = municipality
        self.attribution = attribution
    }

    package func line(_ offer: Offer) -> OfferLine {
        let programme = offer.programme
        var (grounds, questions): ([Ground], [Question]) = ([], [])
        switch offer.eligibility {
        case .fits(let found): grounds = found
        case .ask(let open, let found): (grounds, questions) = (found, open)
        case .not: break
        }
        return OfferLine(
            psid: programme.psid, name: programme.name, summary: programme.summary,
            persons: programme.persons,
            standing: offer.standing,
            grounds: grounds.map(ground), receiving: receiving(offer.receiving),
            questions: questions.map(question), conditions: programme.conditions,
            deadline: Self.deadline(programme.period), documents: programme.documents,
            procedure: programme.procedure + programme.contact, links: programme.links,
            draft: Draft(
                programme, channel: .text, municipality: municipality, attribution: attribution
            ).text)
    }

    package func letter(_ programme: Programme) -> Draft {
        Draft(programme, channel: .letter, municipality: municipality, attribution: attribution)
    }

    package static func title(_ standing: Offer.Standing) -> String {
        switch standing {
        case .missed: "受けていない可能性のある制度"
        case .offered: "案内できる制度（受けているかは分かりません）"
        case .asked: "人の確認が必要な制度"
        }
    }

    package static func deadline(_ period: Programme.Period) -> String {
        let words =
            if let to = period.to { "\(to.wareki)まで" } else if period.isAnytime { "いつでも" } else {
                period.words
            }
        guard period.isOfRunning == true else { return words.isEmpty ? "期限は書かれていません" : words }
        return "申込みの期限は書かれていません（実施の期間: \(words)）"
    }

    private func item(_ code: ItemCode) -> String { catalogue[code]?.title ?? code.rawValue }

    /// That a list is empty.
    ///
    /// - Parameter isTold: whether it could be told of everybody who was looked at.
    package static func none(isLast: Bool, isTold: Bool) -> String {
        let found = isTold ? "受けていない可能性のある制度は、見つかりませんでした。" : "分かる範囲では、見つかりませんでした。"
        return isLast ? found : found + "続きがあります。次へ進んでください。"
    }

    /// Why it cannot be told of some whether they miss anything; `nil` where it can of everybody.
    ///
    /// - Parameter ofPage: only a page's households were looked at.
    package static func untold(_ untold: Untold, _ catalogue: Catalogue, ofPage: Bool) -> String? {
        guard untold.households > 0 else { return nil }
        let extracts = untold.extracts.map { extract in
            let title = extract.title ?? catalogue[extract.item]?.title ?? extract.item.rawValue
            return "「\(title)」の抽出が\(extract.asOf.map { "古い（\($0.wareki)現在）" } ?? "届いていない")"
        }
        return "\(ofPage ? "ここまでに見た世帯のうち" : "")\(untold.households)世帯（こども\(untold.children)人、"
            + "\(untold.programmes.count)制度）では、受けていないかどうか分かりません。\(extracts.joined(separator: "、"))ためです。"
            + "受けていないのでも、受けているのでもありません。"
    }

    private func target(_ code: String) -> String {
        table.target(code).map { "\($0.title)（\(code)）" } ?? "番号 \(code)"
    }

    private func ground(_ ground: Ground) -> String {
        switch ground {
        case .area: "お住まいの地域の制度です。"
        case .age(let isInferred): isInferred ? "年齢が合います（推定: 制度の文の言葉から）。" : "年齢が合います。"
        case .everyone: "対象を限る番号がありません。"
        case .target(let code, nil): "対象は\(target(code))です。"
        case .target(let code, let item?): "\(target(code))の対象です（「\(self.item(item))」の記録から）。"
        }
    }

    private func question(_ question: Question) -> String {
        switch question {
        case .area: "どの市町村の制度か、レジストリに書かれていません。"
        case .residence: "住民記録に受け付けられなかった行があり、今お住まいか分かりません。"
        case .ageUnknown: "対象の年齢が、レジストリから分かりません。"
        case .ageInferred: "制度の文の言葉から推定した年齢に、合わないようです。文を読んで確かめてください。"
        case .birth: "生年月日が十分に分かりません。"
        case .persons: "対象が文で書かれています。読んで確かめてください。"
        case .unread(let field): "レジストリの項目「\(field)」を読めませんでした。制度のページで、対象と期間を確かめてください。"
        case .conditions: "文で書かれた条件があります。読んで確かめてください。"
        case .target(let code): "対象が\(target(code))です。記録からは分かりません。"
        case .notRecorded(let code, let item):
            "対象が\(target(code))です。「\(self.item(item))」に記録はありませんが、対象でないとは言えません。"
        case .recordedOtherwise(let code, let item):
            "対象が\(target(code))です。「\(self.item(item))」には別の記録があります。"
        case .gap(let code, let gap): "対象が\(target(code))です。\(self.gap(gap))"
        }
    }

    private func receiving(_ receiving: Receiving) -> String {
        switch receiving {
        case .received(let item): "「\(self.item(item))」に、受けている記録があります。"
        case .receivedBefore(let item, let day):
            "「\(self.item(item))」に受けている記録がありますが、抽出が古く\(day.map { "（\($0.wareki)現在）" } ?? "")、今も受けているか分かりません。"
        case .decided(let item): "「\(self.item(item))」に、支給中や認定ではない記録があります。窓口で経緯を確かめてください。"
        case .notRecorded(let item, let day):
            "「\(self.item(item))」に、受けている記録がありません\(day.map { "（\($0.wareki)現在）" } ?? "")。"
        case .notYetDue(let item): "「\(self.item(item))」に記録はありませんが、生まれたか転入したばかりで、手続中かもしれません。"
        case .unknowable: "受けているか分かりません（記録する項目がありません）。"
        case .gap(let gap): "受けているか分かりません。\(self.gap(gap))"
        }
    }

    private func gap(_ gap: Gap) -> String {
        let title = item(gap.item)
        return switch gap {
        case .withheld: "「\(title)」を見られない人が世帯にいます。"
        case .noSource: "「\(title)」の抽出がまだ届いていません。"
        case .stale: "「\(title)」の抽出が古いか、届いていません。"
        case .noHousehold: "住民記録に世帯がないため、一緒に暮らす人の「\(title)」を見ていません。"
        case .unread: "「\(title)」に、この世帯のものかもしれない、受け付けられなかった行があります。"
        }
    }
}
