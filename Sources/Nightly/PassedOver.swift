import Domain
import Foundation
import Mapping

/// What lies in the inbox and is not read tonight, or is read under an unusual name: nothing is passed over silently.
extension Inbox {
    /// Sentences for an official, in the order of the files' names; older files of a source need none.
    ///
    /// A file that is like no extract is counted and not named, and one that is almost like one is named by its beginning:
    /// the rest may be a person's name.
    func notices(_ mappings: MappingSet, chosen: [InboxExtract]) throws(Fault) -> [String] {
        var notices: [String] = []
        var others = 0
        for entry in try entries() where !entry.name.hasPrefix(".") {
            let dated = mappings.all.lazy.compactMap { mapping in
                self.day(of: entry.name, prefix: mapping.filePrefix).map { (mapping: mapping, day: $0) }
            }.first
            if let dated, entry.isFile {
                if dated.day > asOf {
                    notices.append(
                        "「\(entry.name)」は処理の基準日（\(asOf)）より新しいため、今夜は読みません。その日の夜に読みます。日付の誤りなら名前を直してください。")
                } else if isDelta(entry.name, prefix: dated.mapping.filePrefix),
                    try !hasFullFile(of: dated.mapping)
                {
                    notices.append(
                        "「\(entry.name)」は変更分だけのファイルで、もとになる「すべての行」のファイルがないため、今夜は読みません。"
                            + "「\(name(dated.mapping, dated.day))」の形の名前で、すべての行の抽出を\(dated.mapping.department)に依頼してください。"
                            + "届くまで、この変更分は受け取りフォルダに残しておいてください。")
                } else if let extract = chosen.first(where: { $0.file == entry.name }),
                    !isRegular(entry.name, extract)
                {
                    notices.append(
                        "「\(entry.name)」を「\(dated.mapping.title)」の抽出として読みます。写しや書きかけでないことを確かめ、"
                            + "「\(name(dated.mapping, dated.day, isDelta: isDelta(entry.name, prefix: dated.mapping.filePrefix)))」という名前に直してください。"
                    )
                }
            } else if let meant = mappingMeant(by: entry.name, of: mappings) {
                let why = entry.isFile ? mistakes(in: entry.name, meant) : ["フォルダかリンクで、ファイルではありません"]
                let right = name(meant, asOf, isDelta: Self.folded(entry.name).contains("delta"))
                notices.append(
                    "「\(meant.title)」の抽出のような名前のもの\(shown(entry.name, meant))がありますが、読みません"
                        + "（\(why.joined(separator: "、"))）。抽出ファイルなら「\(right)」の形（半角、年月日8桁）の名前に直してください。")
            } else if entry.isFile {
                others += 1
            }
        }
        if others > 0 {
            notices.append("受け取りフォルダの\(others)個のファイルは、どの抽出の名前でもないため読みません。抽出でないファイルは、ほかのフォルダに移してください。")
        }
        return notices
    }

    /// Whether a file with every record, of tonight or before, is there for changes to come on top.
    private func hasFullFile(of mapping: ExtractMapping) throws(Fault) -> Bool {
        try entries().contains { name, isFile in
            guard isFile, let day = day(of: name, prefix: mapping.filePrefix) else { return false }
            return day <= asOf && !isDelta(name, prefix: mapping.filePrefix)
        }
    }

    private func name(_ mapping: ExtractMapping, _ day: Day, isDelta: Bool = false) -> String {
        "\(mapping.filePrefix)_\(day.compact)\(isDelta ? ".delta" : "").csv"
    }

    /// Of a wrong name the prefix and the digits after it, where it has them: `（kenshin_2026…）`.
    private func shown(_ file: String, _ meant: ExtractMapping) -> String {
        guard let start = Self.folded(file).range(of: Self.folded(meant.filePrefix)) else { return "" }
        let digits = Self.folded(file)[start.upperBound...].prefix { $0 == "_" || ("0"..."9").contains($0) }
        return "（\(meant.filePrefix)\(digits)…）"
    }

    /// Named as agreed: prefix, day and ending, nothing between.
    private func isRegular(_ file: String, _ extract: InboxExtract) -> Bool {
        let holdsChanges = isDelta(file, prefix: extract.mapping.filePrefix)
        let plain = name(extract.mapping, extract.asOf, isDelta: holdsChanges)
        return file == plain || file == plain + ".gz"
    }

    /// Whose extract a wrong name was probably meant to be.
    private func mappingMeant(by file: String, of mappings: MappingSet) -> ExtractMapping? {
        let name = Self.folded(file)
        let named = mappings.all.filter { mapping in
            let prefix = Self.folded(mapping.filePrefix)
            // `shien` is in `kodomoshien` by chance; a prefix that is no Latin word is not.
            return name.contains(Self.folded(mapping.title)) || Self.words(of: name).contains(prefix)
                || Self.words(of: prefix) != [prefix] && name.contains(prefix)
        }
        if let longest = named.max(by: { $0.filePrefix.count < $1.filePrefix.count }) { return longest }
        // A slip in the prefix, but only of something that looks like an extract at all.
        guard name.count(where: \.isNumber) >= 4 || name.contains(".csv"),
            let word = Self.words(of: name).first,
            let near = nearest(word, in: mappings.all.map { Self.folded($0.filePrefix) })
        else { return nil }
        return mappings.all.first { Self.folded($0.filePrefix) == near }
    }

    private func mistakes(in file: String, _ meant: ExtractMapping) -> [String] {
        let name = Self.folded(file)
        var mistakes: [String] = []
        if file.unicodeScalars.contains(where: { (0xFF01...0xFF5E).contains($0.value) }) {
            mistakes.append("全角の文字があります")
        }
        if !name.hasPrefix(Self.folded(meant.filePrefix) + "_") {
            mistakes.append("「\(meant.filePrefix)_」で始まりません")
        } else if day(of: String(name.prefix(meant.filePrefix.count + 9)) + ".csv", prefix: meant.filePrefix)
            == nil
        {
            mistakes.append("日付が年月日8桁ではありません")
        }
        if !Self.hasEnding(name) { mistakes.append("末尾が「.csv」ではありません") }
        return mistakes.isEmpty ? ["名前の形が違います"] : mistakes
    }

    /// Half width and lower case.
    static func folded(_ name: String) -> String {
        name.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// Runs of Latin letters.
    private static func words(of name: String) -> [String] {
        name.split { !("a"..."z").contains($0) }.map(String.init)
    }
}
