package import Domain
import Extracts
package import Foundation
import JapaneseText
import Mapping
import Policy
package import Store

/// Corrects what an accepted row says, at a person's request (訂正).
package struct Rectifier: Sendable {
    package struct Request: Sendable {
        /// 受付番号.
        package let number: String
        /// The extract's name and the row's line.
        package let file: String
        package let line: Int
        /// A file of two columns: which column, and its right value.
        package let values: String
        package let reason: String
        package let allowsOtherPerson: Bool

        package init(
            number: String, file: String, line: Int, values: String, reason: String, allowsOtherPerson: Bool
        ) {
            self.number = number
            self.file = file
            self.line = line
            self.values = values
            self.reason = reason
            self.allowsOtherPerson = allowsOtherPerson
        }
    }

    /// The columns of the file with the right values.
    package static let columns = ["列", "正しい値"]

    private let workspace: Workspace
    private let desk: SignedIn
    /// Who confirms that a row becomes somebody else's.
    private let second: SignedIn?
    private let rulebook: Rulebook

    /// - Throws: `policy.log-in` where a name and its password fit nobody; `rights.second` where both are one person; what is
    ///   wrong with guideline or mappings.
    package init(
        _ workspace: Workspace, user: UserID, password: String,
        second: (user: UserID, password: String)? = nil, at: Date
    ) throws {
        guard user != second?.user else { throw Self.one }
        self.workspace = workspace
        let service = try workspace.openService()
        desk = try SignedIn(workspace, service, user: user, password: password, at: at)
        self.second = try second.map {
            try SignedIn(workspace, service, user: $0.user, password: $0.password, at: at)
        }
        rulebook = try Rulebook.load(workspace, desk.inForce, passesOverBroken: true)
    }

    /// Everybody who is, or was, to be told that a fact was corrected or taken back.
    package func tellings() throws -> [Telling] {
        try desk.service.tellings(actor: desk.actor, decision: desk.decision(.rectify), at: desk.at)
    }

    /// - Throws: `Fault`: `.denied`; `telling.how`, `telling.unknown`, `telling.done`.
    package func tell(_ number: String, how: String) throws -> Telling {
        try StatedReason.require(
            how, of: "連絡", code: "telling.how", shortest: 2, example: "「--how」に、どう知らせたか（「電話」など）")
        return try desk.service.tell(
            number, how: how, actor: desk.actor, decision: desk.decision(.rectify), at: desk.at)
    }

    private static let one = Fault(
        .usage, code: "rights.second", message: "別の人の行にする訂正は、別の2人でします。", field: "second",
        fix: "「--second」に、もう1人の担当者の利用者IDを書いてください。")

    /// Takes a wrong correction back, which somebody else made.
    ///
    /// - Throws: `Fault`: `.denied`; `rights.reason`; what `ServiceStore.endRectification` throws.
    package func end(_ id: Int, reason: String) throws {
        try StatedReason.require(
            reason, of: "取りやめ", code: "rights.reason", shortest: 5, example: "「--reason」に、何を確かめて取りやめるか")
        try desk.service.endRectification(
            id, reason: reason, actor: desk.actor, decision: desk.decision(.rectify), at: desk.at)
    }

    /// Takes the right values, and what rests on the wrong ones back; what the row says is shown to nobody.
    ///
    /// No row of an extract that says who is under 支援措置 is corrected here, whatever it says: the department that decides on measures
    /// delivers it anew.
    ///
    /// - Throws: `Fault`: `.denied`; `rights.protection`, `rights.number`, `rights.reason`, `rights.file`, `rights.extract`, `rights.row`,
    ///   `rights.values`, `rights.twice`, `rights.same`, `rights.mended`, `rights.other-person`, `rights.second`; what keeps the corrected row from being accepted.
    package func correct(_ request: Request) throws -> Rectified {
        try StatedReason.require(
            request.number, of: "受付番号", code: "rights.number", shortest: 2,
            example: "「--request」に、請求書の受付番号（「令和8年第3号」など）")
        try StatedReason.require(
            request.reason, of: "訂正", code: "rights.reason", shortest: 5, example: "「--reason」に、何を確かめて訂正するか")
        for one in [desk, second] {
            guard let one, case .deny(let denial) = one.decision(.rectify) else { continue }
            throw try desk.service.refuse(denial, rectifying: request.number, actor: one.actor, at: desk.at)
        }
        guard let delivered = try desk.service.deliveredFile(request.file),
            let mapping = rulebook.mappings[delivered.source]
        else {
            throw Fault(
                .notFound, code: "rights.file", message: "公開中の実行に、その抽出ファイルはありません。", file: request.file,
                fix: "ファイル名を「renkei status」で確かめてください。")
        }
        guard !mapping.items.contains(protectionItem) else {
            throw Fault(
                .denied, code: "rights.protection", message: "支援措置の抽出の行は、ここでは訂正できません。",
                file: request.file, line: request.line,
                fix: "支援措置を決める担当課に元の記録を直してもらい、抽出し直したものを次の夜間処理で読み込んでください。")
        }
        let place = ExtractPlace(sha256: delivered.sha256, line: request.line)
        guard try desk.service.correctedPlaces()[place] == nil else {
            throw Fault(
                .usage, code: "rights.mended", message: "この行は、却下されたあとに直されたものです。", file: request.file,
                line: request.line, fix: "「renkei rejected reload」で、正しい行をもう一度受け取ってください。")
        }
        guard try desk.service.isAccepted(file: request.file, line: request.line) else {
            throw Self.notAccepted(request)
        }
        let (row, header) = try row(request, delivered.sha256, mapping)
        let patch = try values(request.values, header: header, mapping)
        let content = RowContent(mapping, header: header)
        let new = NewRectification(
            source: delivered.source,
            content: content.key(
                of: row.fields, source: delivered.source, keys: try WorkspaceKeys.load(folder: workspace.keys)
            ),
            position: row.position, patch: patch, request: request.number, reason: request.reason,
            second: second?.actor)
        return try desk.service.rectify(
            new, actor: desk.actor, decision: desk.decision(.rectify), at: desk.at
        ) { before, merged in
            let now = content.applying(merged, to: row.fields)
            guard now != content.applying(before, to: row.fields) else {
                throw Fault(
                    .usage, code: "rights.same", message: "正しい値が、今の行（前の訂正を含む）と同じです。",
                    file: request.file, line: request.line, fix: "列と値を確かめてください。")
            }
            return try check(now, row, mapping, header, delivered.asOf, request)
        }
    }

    private static func notAccepted(_ request: Request) -> Fault {
        Fault(
            .notFound, code: "rights.row", message: "その行は、受け付けた行ではありません。", file: request.file,
            line: request.line, fix: "「renkei explain row」で、行の始まる番号と行き先を確かめてください。")
    }

    /// The row as its department delivered it, from the inbox: no run keeps what accepted rows say.
    private func row(
        _ request: Request, _ sha256: String, _ mapping: ExtractMapping
    ) throws -> (Row, header: [String]) {
        let path = "\(workspace.inbox)/\(request.file)"
        guard (try? Digest.sha256(file: path)) == sha256, !request.file.lowercased().hasSuffix(".gz") else {
            throw Fault(
                .notFound, code: "rights.extract", message: "受け取りフォルダに、公開中の実行が読んだとおりの抽出ファイルがありません。",
                file: request.file, fix: "担当課から同じファイルをもう一度受け取り、受け取りフォルダに置いてください（圧縮したものは、展開して夜間処理を終えてから）。")
        }
        let reader = try ExtractReader(
            path: path, source: mapping.source, file: request.file, format: mapping.format)
        let content = RowContent(mapping, header: reader.header)
        var found: Row?
        /// Rows by what they say in the columns that are used; a repetition of a whole row is none of its own.
        var rows: [[String]: [(line: Int, fields: [String])]] = [:]
        while let line = try reader.next() {
            guard case .row(let row) = line, row.count == reader.header.count else { continue }
            let fields = row.fields
            if row.position.line == request.line { found = row }
            rows[content.used(of: fields), default: []].append((row.position.line, fields))
        }
        guard let found else { throw Self.notAccepted(request) }
        let same = rows[content.used(of: found.fields)] ?? []
        if let other = same.first(where: {
            $0.line != request.line && (mapping.load == .delta || $0.fields != found.fields)
        }) {
            throw Fault(
                .usage, code: "rights.twice", message: "受け取る列の内容が同じ行が、\(other.line)行目にもあり、どちらの訂正か決められません。",
                file: request.file, line: request.line,
                fix: "担当課の元の記録を直して、抽出し直してもらってください。")
        }
        return (found, reader.header)
    }

    private func values(
        _ path: String, header: [String], _ mapping: ExtractMapping
    ) throws -> [String: String] {
        func wrong(_ message: String, line: Int? = nil) -> Fault {
            Fault(
                .usage, code: "rights.values", message: message, file: path, line: line,
                fix: "1行目を「列,正しい値」とし、2行目から、抽出の見出しのとおりの列名と正しい値を書いてください。")
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw Fault(
                .usage, code: "rights.values", message: "正しい値の表（--values）がありません。", file: path,
                fix: "表の場所を確かめてください。")
        }
        // What a reader says of extracts, it would say of this one.
        func read<Answer>(_ body: () throws -> Answer) throws -> Answer {
            do { return try body() } catch is Fault, is Faults {
                throw wrong("正しい値の表（--values）を、UTF-8のCSVとして読めません。")
            }
        }
        let reader = try read {
            try ExtractReader(
                path: path, source: "values", file: URL(filePath: path).lastPathComponent,
                format: ExtractFormat())
        }
        guard reader.header == Self.columns else { throw wrong("正しい値の表の見出しが違います。", line: 1) }
        var patch: [String: String] = [:]
        while let line = try read({ try reader.next() }) {
            if case .unreadable(let unread) = line {
                throw wrong("正しい値の表の行を読めません。", line: unread.position.line)
            }
            guard case .row(let row) = line else { continue }
            let cells = row.fields
            guard cells.count == 2, header.contains(cells[0]), mapping.content(of: cells[0]) != .dropped
            else {
                throw wrong("この抽出で受け取る列ではありません。", line: row.position.line)
            }
            guard patch.updateValue(cells[1], forKey: cells[0]) == nil else {
                throw wrong("同じ列が二度書かれています。", line: row.position.line)
            }
        }
        guard !patch.isEmpty else { throw wrong("正しい値が1つもありません。") }
        return patch
    }

    /// - Returns: whether the row becomes somebody else's, or of another household, whom a measure of 支援措置 may not reach any more.
    private func check(
        _ now: [String], _ row: Row, _ mapping: ExtractMapping, _ header: [String], _ asOf: Day?,
        _ request: Request
    ) throws -> Bool {
        let today = Day(inJapanAt: desk.at)
        var mapper = try Mapper(
            mapping, header: header, names: NameDictionary(), asOf: asOf ?? today,
            activeItems: desk.guideline.activeItems(for: Night.actor, roles: Night.roles, on: today))
        switch mapper.map(Row(position: row.position, fields: now)) {
        case .accepted: break
        case .rejected(let still):
            throw Fault(
                .usage, code: still.code, message: "訂正した行は受け付けられません。" + still.message,
                file: request.file, line: request.line, field: still.column, fix: still.fix)
        case .outside, .duplicate, .superseded:
            throw Fault(
                .usage, code: "rights.outside", message: "訂正すると、こどもの記録の行ではなくなります。", file: request.file,
                line: request.line, fix: "記録を消すときは、担当課で消して抽出し直してください。")
        }
        let none = Rejection(position: row.position, code: "", column: nil, message: "", fix: "")
        guard
            let column = mapper.otherPerson(in: now, than: row.fields, none)
                ?? mapper.otherHousehold(in: now, than: row.fields)
        else { return false }
        guard request.allowsOtherPerson else {
            throw Fault(
                .usage, code: "rights.other-person", message: "訂正すると、別の人か、別の世帯か、別の記録の行になります。",
                file: request.file,
                line: request.line, field: column,
                fix: "行を取り違えていないか担当課に確かめ、正しければ、もう1人（--second）と「--other-person」を付けてください。")
        }
        guard second != nil else { throw Self.one }
        return true
    }
}
