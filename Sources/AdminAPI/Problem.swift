internal import Domain
internal import HTTP
internal import Pages

/// Something that cannot be answered, in the words of RFC 9457.
///
/// The type is stable and machine-readable, title and detail are for people; neither ever holds a person's value.
struct Problem: Error, Hashable {
    let status: Int
    /// Last part of the type's URN.
    let code: String
    let title: String
    let detail: String
    /// A member of the body, or a header field, that wants mending.
    var field: String?
    /// Of a parameter: its name, and what is wrong with it.
    var parameter: FormFault?
    var headers: [Request.Field] = []

    /// For people: fields by their titles.
    var told: String { field.map { "「\(Self.titles[$0] ?? $0)」: \(detail)" } ?? detail }

    var type: String { "urn:renkei:problem:\(code)" }

    static let notLoggedIn = Problem(
        status: 401, code: "not-logged-in", title: "ログインが必要です",
        detail: "ログインしてから、もう一度お試しください。", headers: [.init("WWW-Authenticate", "Bearer")])
    static let notFound = Problem(
        status: 404, code: "not-found", title: "見つかりません", detail: "番号やアドレスを確かめてください。")
    static let noPages = Problem(
        status: 403, code: "no-pages", title: "この役割で使う画面はありません",
        detail: "ログインはできています。この役割の仕事は、画面ではなくコマンド（renkei）で行います。役割が違うときは、データ連携担当に知らせてください。")
    static let foreignOrigin = Problem(
        status: 403, code: "foreign-origin", title: "この操作は受け付けられません",
        detail: "ほかの画面から送られた操作のため、中止しました。画面を開き直して、もう一度お試しください。")
    static func wrongType(_ wanted: Route.Medium) -> Problem {
        let words =
            switch wanted {
            case .json: "JSON（application/json）で送ってください。"
            case .csv: "CSV（text/csv）で送ってください。"
            case .form: "フォームの形式（application/x-www-form-urlencoded）で送ってください。"
            case .upload: "ファイルのあるフォームの形式（multipart/form-data）で送ってください。"
            }
        return Problem(
            status: 415, code: "unsupported-type", title: "この形式は受け付けられません", detail: words)
    }
    static let fileTooLarge = Problem(
        status: 413, code: "file-too-large", title: "ファイルが大きすぎます",
        detail: "受け取れるのは4 MBまでです。行を分けて、見出しの行の付いた2つ以上のファイルにしてください。何も受け取っていません。")
    static let preconditionRequired = Problem(
        status: 428, code: "precondition-required", title: "どの版への操作かが書かれていません",
        detail: "読んだときの ETag を If-Match に付けて送ってください。ほかの人の変更を消さないためです。")
    static let unexpected = Problem(
        status: 500, code: "internal", title: "処理できませんでした",
        detail: "しばらくしてからもう一度お試しください。続くときは、データ連携担当に知らせてください。")

    /// - Parameter why: what is wrong with it, without what was sent.
    static func invalid(parameter: String, why: String = "") -> Problem {
        var problem = Problem(
            status: 400, code: "invalid-parameter", title: "指定が正しくありません",
            detail: "「\(plain(parameter) ?? "指定")」の指定を確かめてください。\(why)")
        problem.parameter = .init(field: parameter, message: why.isEmpty ? "この値は使えません。選び直してください。" : why)
        return problem
    }

    /// The name of a parameter or member, as somebody sent it; `nil` where it looks like none: it may be a value in the wrong place.
    private static func plain(_ name: String) -> String? {
        name.utf8.count <= 32 && name.wholeMatch(of: /[A-Za-z][A-Za-z-]*/) != nil ? name : nil
    }

    /// - Parameter field: a member of the body, or a header field.
    static func incomplete(_ field: String, _ detail: String) -> Problem {
        Problem(
            status: 422, code: "incomplete", title: "内容を直してください", detail: detail,
            field: plain(field) ?? "本文")
    }

    /// Fields as forms name them; programs know them by their names.
    private static let titles = [
        "whom": "だれについて", "reason": "理由", "minutes": "時間（分）", "note": "書くこと", "words": "確かめたこと",
        "finding": "適切だったか", "password": "パスワード", "to": "職員", "state": "状態", "step": "行うこと", "due": "期限",
        "channel": "伝え方", "what": "結果", "answer": "答え", "why": "対象外の理由", "quietUntil": "それまで載せない日",
        "person": "こどもの番号", "difficulty": "困難の類型", "cases": "ケース", "name": "一覧の名前", "queue": "一覧の範囲",
        "file": "直されたファイル", "q": "氏名・フリガナ・保護者の氏名・生年月日",
    ]

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        Problem(
            status: 405, code: "method-not-allowed", title: "この操作はできません",
            detail: "このアドレスでは、この操作を行えません。",
            headers: [.init("Allow", allowed.joined(separator: ", "))])
    }

    /// What the connection layer refused before there was a request.
    static func malformed(_ status: Int) -> Problem {
        switch status {
        case 408:
            Problem(status: 408, code: "timeout", title: "時間切れです", detail: "送信に時間がかかりすぎました。")
        case 413, 414, 431:
            Problem(status: status, code: "too-large", title: "大きすぎます", detail: "送られた内容が大きすぎます。")
        case 503:
            Problem(
                status: 503, code: "busy", title: "混み合っています",
                detail: "しばらくしてからもう一度お試しください。", headers: [.init("Retry-After", "5")])
        case 501:
            Problem(
                status: 501, code: "transfer-encoding", title: "この送り方では受け取れません",
                detail: "Transfer-Encoding（chunked など）は使わず、長さ（Content-Length）を付けて送ってください。")
        default:
            Problem(
                status: status, code: "malformed-request", title: "読み取れない要求です",
                detail: "要求が HTTP/1.1 の形式に合っていません。")
        }
    }

    /// A fault of a room below. What an official can act on is told; a defect is not described.
    init?(_ fault: Fault) {
        switch fault.kind {
        case .denied:
            self.init(
                status: 403, code: "denied", title: "この内容を見る権限がありません",
                detail: "\(fault.message) \(fault.fix)")
        case .notFound: self = .notFound
        case .conflict:
            self.init(
                status: fault.code == "case.changed" ? 412 : 409, code: fault.code.replacing(".", with: "-"),
                title: "いまはできません", detail: "\(fault.message) \(fault.fix)")
        case .usage where fault.field != nil:
            self = .incomplete(fault.field ?? "", "\(fault.message) \(fault.fix)")
        case .busy: self = .malformed(503)
        case .inputOutput:
            // Every answer about people is recorded before it is given.
            self.init(
                status: 503, code: "not-recorded", title: "記録できないため、お見せできません",
                detail: "\(fault.message) データ連携担当に知らせてください。", headers: [.init("Retry-After", "60")])
        case .configuration, .gate, .usage, .internal: return nil
        }
    }

    /// What whoever sent a form can mend, or sees to be impossible now, to stand on the page with what was typed.
    ///
    /// - Parameter statuses: of the problems that the page of the form shows itself.
    /// - Throws: `error`, where it is none of those.
    static func mendable(_ error: any Error, _ statuses: Set<Int> = [409, 412, 422]) throws -> Problem {
        guard let problem = error as? Problem ?? (error as? Fault).flatMap(Problem.init),
            statuses.contains(problem.status)
        else { throw error }
        return problem
    }

    init(
        status: Int, code: String, title: String, detail: String, field: String? = nil,
        headers: [Request.Field] = []
    ) {
        self.field = field
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = headers
    }

    /// `application/problem+json`.
    func json(instance: String?) -> Response {
        var body: [String: JSON] = [
            "type": .string(type), "title": .string(title), "status": .integer(status),
            "detail": .string(field.map { "「\($0)」: \(detail)" } ?? detail),
        ]
        if let instance { body["instance"] = .string(instance) }
        return Response(
            status: status, headers: [.init("Content-Type", "application/problem+json")] + headers,
            body: JSON.object(body).bytes)
    }

    func page(in frame: Frame?) -> Response {
        Response(
            status: status, type: "text/html; charset=utf-8",
            text: ErrorPage.render(title: title, detail: told, frame: frame), headers: headers)
    }
}
