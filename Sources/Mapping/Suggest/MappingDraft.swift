internal import Domain
internal import Extracts

/// A suggestion as a mapping file: what is sure is written, what is not is a question that keeps the file from loading.
package struct MappingDraft: Sendable {
    let suggestion: MappingSuggestion
    /// The source's name and the file's prefix.
    private let name: String
    private let shownValues: ShownValues

    /// - Parameter name: the source's name; `nil`: the beginning of the file's name, where it can be one.
    package init(_ suggestion: MappingSuggestion, name: String? = nil) {
        self.suggestion = suggestion
        self.name = name ?? Self.name(of: suggestion.profile.file)
        shownValues = ShownValues(suggestion.catalogue)
    }

    /// What a source is called whose extract is called `file`.
    package static func name(of file: String) -> String {
        let prefix = String(file.prefix { $0 != "_" && $0 != "." }).lowercased()
        let isWord =
            !prefix.isEmpty
            && prefix.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-".utf8.contains($0) }
        return isWord ? prefix : "new-extract"
    }

    private var profile: ExtractProfile { suggestion.profile }

    /// The whole file, JSON5.
    package var text: String {
        let columns = DraftColumns(suggestion, shownValues, comment: comment)
        return """
            \(introduction)
            {
            \(head)
              format: \(format),

              people: {
            \(columns.people)
              },
            \(outside)
              columns: {
            \(columns.others)
              },
            }

            """
    }

    private var introduction: String {
        let counts = suggestion.counts
        var lines = [
            "「\(profile.file)」から作った下書きです（\(profile.rows)行、\(profile.columns.count)列）。",
            "書いた列 \(counts.written)、受け取らない列 \(counts.left)、問いの残る列 \(counts.open)。",
            "「\(OpenQuestion.mark)」に全部答えたら、renkei mapping adopt で Mappings に加えます。それまで夜の処理は読みません。",
            "0.95 などの数は確からしさです。0.8以上の列だけを書き、ほかは問いにしました。",
            "列ごとの説明: 記入のある割合、値の種類の数、値の形（9は数字、漢・あ・ア・Aは文字）。個人の値は書いていません。",
            profile.evidence,
        ]
        if case .unclear = profile.form.finding {
            lines.append("見出しの行があるかどうか分かりませんでした。1行目が見出しなら、titleLines と columnNames を消して、見出しを書いてください。")
        }
        if profile.form.hasLostItsWidths {
            lines.append("桁で揃えた固定長のファイルのようです。UTF-8では桁とバイト数が合わないため、Shift_JISで出力してもらってください。")
        } else if profile.columns.count == 1 {
            lines.append("区切りも列の境目も見つかりません。固定長のファイルなら、桁位置の表を見て、format に fixedWidth を書いてください。")
        }
        if profile.unreadable > 0 {
            lines.append("読めない行が\(profile.unreadable)行あります。renkei mapping preview で確かめてください。")
        }
        if profile.misfits > 0 { lines.append("列の数がほかと違う行が\(profile.misfits)行あります。") }
        if profile.hasHeader, profile.columns.contains(where: \.header.isEmpty) {
            lines.append("見出しの空いた列があります。抽出で見出しを付けてもらってください。")
        }
        if let nearest = suggestion.nearest {
            lines.append(
                "「\(nearest.mapping.title)」の対応付けと\(nearest.shared)列が同じ見出しです。様式が変わっただけなら、そちらを直してください。")
        }
        return lines.map { "// " + Self.oneLine($0) }.joined(separator: "\n")
    }

    private var head: String {
        let items = Set(suggestion.written.compactMap(\.meaning.item)).sorted()
        let subject =
            items.isEmpty
            ? "" : items.map { "\($0) \(suggestion.catalogue[$0]?.title ?? "")" }.joined(separator: "、")
        var lines = [
            "source: \(Self.quoted(name)),",
            "// \(items.isEmpty ? "画面や報告に出る名前です。" : "\(subject) の抽出として下書きしました。別の制度や事業の抽出なら、columns の item を直してください。")",
            "title: \(Self.quoted(OpenQuestion.mark)),",
            "department: \(Self.quoted(OpenQuestion.mark)),",
            "// 何のために受け取るか。Guidelines/purposes の目的と合わせてください。",
            "purpose: \(Self.quoted(OpenQuestion.mark)),",
            "// \(name)_20260401.csv のような名前のファイルを読みます。",
            "file: \(Self.quoted(name)),",
            "// 届かなくても夜の処理を止めません。35日で古いとみなし、前回より2割を超えて減ると止めます。",
            "required: false,", "freshnessDays: 35,", "rowDropLimit: 0.2,",
        ]
        let (sure, possible) = suggestion.dayNumbered
        func list(_ headers: [String]) -> String { headers.map(Self.quoted).joined(separator: ", ") }
        if !sure.isEmpty {
            lines.append("// 表計算の日付の通し番号（45383 など）を日付として読む列です。")
            lines.append("serialDates: [\(list(sure))],")
        }
        if !possible.isEmpty {
            lines.append(
                "// serialDates: [\(list(sure + possible))],  // 5桁の数が日付の通し番号だと確かめたら、\(sure.isEmpty ? "頭の // を外して" : "上の行をこれに置きかえて")ください。"
            )
        }
        if let number = suggestion.written.first(where: { $0.meaning == .identity(.number, of: .row) }) {
            let column = profile.columns[suggestion.guesses[number.place].columns[0]]
            if column.isDistinctExact, column.distinct == profile.rows, profile.rows > 1 {
                lines.append("// unique: true,  // 番号が行ごとに違います。1人1行だと確かめたら、頭の // を外してください。")
            }
            if let space = suggestion.numberSpaces.first {
                lines.append("// numberSpace: \(Self.quoted(space)),  // 番号が住民記録などと共通だと確かめたら、頭の // を外してください。")
            }
        }
        return lines.map { "  " + $0 }.joined(separator: "\n")
    }

    private var format: String {
        var parts = ["encoding: \(Self.quoted(profile.encoding.rawValue))"]
        if profile.form.fixedWidth != nil { return fixedFormat(parts) }
        if profile.form.delimiter != .comma {
            parts.append("delimiter: \(Self.quoted(profile.form.delimiter.rawValue))")
        }
        if profile.form.titleLines > 0 { parts.append("titleLines: \(profile.form.titleLines)") }
        if !profile.hasHeader {
            let names = profile.columns.indices.map { Self.quoted(MappingSuggestion.placeholder($0)) }
            parts.append("columnNames: [\(names.joined(separator: ", "))]")
        }
        return "{ \(parts.joined(separator: ", ")) }"
    }

    /// One column a line, with its bytes as a host's record layout counts them.
    private func fixedFormat(_ parts: [String]) -> String {
        var parts = parts
        if profile.form.titleLines > 0 { parts.append("titleLines: \(profile.form.titleLines)") }
        var end = 0
        let columns = (profile.form.format.fixedWidth ?? []).enumerated().map { index, column in
            let start = end + 1
            end += column.bytes
            let shape = profile.columns[index].examples.first.map { "・\($0)" } ?? ""
            let doubt = profile.doubt(of: index) == nil ? "" : "・境目が不確か"
            return Self.oneLine(
                "      { name: \(Self.quoted(column.name)), bytes: \(column.bytes) },  // \(start)～\(end)バイト目\(shape)\(doubt)"
            )
        }
        return """
            {
                \(parts.joined(separator: ", ")),
                // 区切りのない固定長で、1行\(end)バイトです。境目は値から推しはかりました。元のシステムの桁位置の表と必ず見比べてください。
                fixedWidth: [
            \(columns.joined(separator: "\n"))
                ],
              }
            """
    }

    private var outside: String {
        let words = Dictionary(grouping: profile.totals) { $0.column }
        guard let (column, totals) = words.min(by: { $0.key < $1.key }) else { return "" }
        let header =
            profile.hasHeader ? profile.columns[column].header : MappingSuggestion.placeholder(column)
        let begins = Set(totals.map(\.word)).sorted().map(Self.quoted).joined(separator: ", ")
        let lines = totals.prefix(3).map { "\($0.line)行目" }.joined(separator: "、")
        return """

              // \(lines)\(totals.count > 3 ? "など\(totals.count)行" : "")が合計のようです。
              outside: [{ when: { \(Self.quoted(header)): { begins: [\(begins)] } }, reason: "合計の行です。" }],

            """
    }

    /// What is known of the values of the columns, for a comment: never a value that could be a person's.
    private func comment(_ guess: ColumnGuess) -> String {
        let column =
            guess.columns.map { profile.columns[$0] }.max { $0.filled < $1.filled }
            ?? profile.columns[guess.columns[0]]
        var parts = ["\(Int((column.fillRate * 100).rounded(.down)))%記入"]
        if guess.columns.count > 1 { parts.append("\(guess.columns.count)か月分の列") }
        if column.filled > 0 {
            parts.append("\(column.distinct)種\(column.isDistinctExact ? "" : "以上")")
            if case .leave = guess.verdict {
            } else if let list = shownValues.list(column), !list.shown.isEmpty {
                let shown = list.shown.prefix(8).map { "\($0.value) \($0.count)" }.joined(separator: "、")
                let more = list.shown.count - min(8, list.shown.count) + list.hidden
                parts.append(shown + (more > 0 ? "、ほか\(more)種" : ""))
            } else {
                parts.append("形 " + column.examples.joined(separator: " / "))
            }
        }
        let number = String(Int((guess.confidence * 100).rounded()))
        return Self.oneLine(
            "\(parts.joined(separator: "・")) ｜ 0.\(number.count < 2 ? "0" : "")\(number)\(guess.why.isEmpty ? "" : " \(guess.why)")"
        )
    }

    /// JSON text of a string.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// For a comment, which ends at any line end.
    static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.value < 0x20 || [0x85, 0x2028, 0x2029].contains($0.value) ? " " : $0
                }))
    }
}

extension MappingSuggestion {
    /// Columns written, left out for a known reason, and left to a person; one column a month counts as one.
    package var counts: (written: Int, left: Int, open: Int) {
        guesses.reduce(into: (0, 0, 0)) { counts, guess in
            switch guess.verdict {
            case .write, .dateOf: counts.0 += 1
            case .leave: counts.1 += 1
            case .ask: counts.2 += 1
            }
        }
    }
}
