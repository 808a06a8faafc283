internal import Domain
internal import Foundation
internal import HTTP
internal import Store

extension Schema {
    /// Refuses a body that is not of this shape, naming the member.
    ///
    /// - Throws: 400 where it is no JSON object, 422 where a member is unknown, missing or of another make.
    func require(_ body: [UInt8]) throws(Problem) {
        guard case .request(let properties, let required) = self else { return }
        guard let json = try? JSONDecoder().decode(JSON.self, from: Data(body)),
            case .object(let members) = json
        else { throw .malformedBody }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let schema = properties[name] else { throw .incomplete(name, "この項目は使えません。消してください。") }
            if let mending = schema.mending(value) { throw .incomplete(name, mending) }
        }
        for name in required where members[name] == nil { throw .incomplete(name, "この項目を書いてください。") }
    }

    /// How a member is to be mended; `nil` where it fits.
    private func mending(_ value: JSON) -> String? {
        switch (self, value) {
        case (.array(let element), .array(let values)):
            return values.lazy.compactMap { element.mending($0) }.first
        case (.array, _): return "配列（[…]）で書いてください。"
        case (.object(let properties), .object(let members)):
            guard Set(properties.keys) == Set(members.keys) else { return fieldsWanted(properties) }
            return properties.lazy.compactMap { name, schema in members[name].flatMap(schema.mending) }.first
        case (.object(let properties), _): return fieldsWanted(properties)
        case (.integer, .integer): return nil
        case (.integer, _): return "整数で書いてください。"
        default: break
        }
        guard case .string(let text) = value else { return "文字列で書いてください。" }
        return switch self {
        case .word(let words) where !words.contains(text): "次のどれかにしてください: \(words.joined(separator: "、"))。"
        case .date where Day(iso: text) == nil: "年-月-日（2026-04-01）で書いてください。"
        default: nil
        }
    }

    private func fieldsWanted(_ properties: [String: Schema]) -> String {
        "どれも、\(properties.keys.sorted().joined(separator: "・"))のあるオブジェクトにしてください。"
    }
}

extension Problem {
    static let malformedBody = Problem(
        status: 400, code: "malformed-body", title: "本文を読み取れません",
        detail: "JSON のオブジェクト（{…}）を UTF-8 で書いてください。", field: "本文")
}

// MARK: - Requests that are sent again

extension Exchange {
    /// What its sender calls the request.
    ///
    /// - Throws: 422 naming the header field.
    func idempotencyKey() throws(Problem) -> String? {
        guard let key = request.header("idempotency-key") else { return nil }
        guard (1...64).contains(key.utf8.count), key.utf8.allSatisfy(CaseWords.isKeyByte) else {
            throw .incomplete("Idempotency-Key", "1〜64文字の英数字とハイフンにしてください。")
        }
        return key
    }

    /// All that says what is asked for.
    fileprivate var print: String {
        let query = request.query.map { "\($0.name)=\($0.value)" }.sorted().joined(separator: "&")
        return "\(request.method) \(request.path) \(Digest.sha256(request.body))"
            + (query.isEmpty ? "" : " \(Digest.sha256(Array(query.utf8)))")
    }
}

extension RouteTable {
    static let idempotencyKey = Route.Parameter(
        name: "Idempotency-Key", description: "同じ要求を送り直しても1度だけ行うための値（1〜64文字の英数字・ハイフン）", schema: .string)

    /// Does something once, however often the request comes under its key; sent again, it is answered by what is there now.
    ///
    /// - Parameters:
    ///   - act: names what it made.
    ///   - answer: of what `act` named.
    func once(
        _ exchange: Exchange, _ act: () throws -> String, answer: (String) throws -> Response
    ) throws -> Response {
        guard let key = try exchange.idempotencyKey() else { return try answer(act()) }
        let user = exchange.session?.user ?? ""
        switch try store.begin(request: exchange.print, key: key, by: user, at: exchange.now) {
        case .done(let result): return try answer(result)
        case .begun:
            throw Problem(
                status: 409, code: "request-begun", title: "前の要求が終わったか分かりません",
                detail: "同じ Idempotency-Key の要求が、まだ終わっていないか、途中で止まりました。読み直して確かめ、要るときは新しい値で送ってください。")
        case .new:
            let result: String
            do { result = try act() } catch {
                // Of what could not be written nobody knows how far it came.
                if (error as? Fault)?.kind != .inputOutput {
                    try store.finish(key: key, by: user, result: nil)
                }
                throw error
            }
            try store.finish(key: key, by: user, result: result)
            return try answer(result)
        }
    }
}
