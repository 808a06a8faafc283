internal import Domain
internal import Foundation
internal import HTTP
internal import Pages
internal import Policy
internal import Programmes
internal import Store

/// Every address of the service, in one place.
struct RouteTable: Sendable {
    let store: ServiceStore
    let cookie: SessionCookie
    /// Whether the end of a case waits for another person's approval.
    let needsSecond: Bool
    /// Whether a verdict on a pair of records waits for another person's.
    let reviewNeedsSecond: Bool
    let rejected: OpenRejected?
    let approveGuideline: ApproveGuideline?
    let rules: OpenRules?
    let checkpoints: ReadCheckpoints
    let verifying: LongWork<TrailVerification>
    let trying: LongWork<RuleTrialPage.Found>
    let clock: @Sendable () -> Date

    var all: [Route] {
        logInRoutes + secondFactorRoutes + logInListRoutes + pageRoutes + searchRoutes + caseWorkRoutes
            + assigningRoutes + sheetRoutes + caseViewRoutes + householdRoutes + exportRoutes + draftRoutes
            + caseOpeningRoutes + spotCheckRoutes + supportRoutes + declarationRoutes + consentRoutes
            + reviewRoutes + rejectedRoutes + mendingRoutes + policyRoutes + oversightRoutes + verifyingRoutes
            + ruleRoutes + apiRoutes + openRoutes
    }

    private var logInRoutes: [Route] {
        [
            Route(
                "GET", "/login", "showLogIn", "ログインの画面", needs: .nothing, answers: [.page("ログインの画面")],
                handle: showLogIn),
            Route(
                "POST", "/login", "logIn", "ログイン", needs: .nothing,
                form: ["user", "password", "code", "unsent"],
                answers: [
                    .page("送られなかった行の画面（書いたものとともに）"), .init(303, "はじめの画面へ進みます"),
                    .init(401, "ログインの画面", type: "text/html"),
                    .init(429, "失敗が続いたため、しばらくログインできない", type: "text/html"),
                ]
                    + [403, 404, 409, 422].map {
                        .init($0, "ログインしたが、送られなかったものはもう送れない（書いたものとともに）", type: "text/html")
                    },
                handle: logIn),
            Route(
                "POST", "/logout", "logOut", "ログアウト", needs: .logIn,
                answers: [.init(303, "ログインの画面へ進みます")], handle: logOut),
        ]
    }

    private var pageRoutes: [Route] {
        [
            Route(
                "GET", "/", "start", "はじめの画面", needs: .logIn,
                answers: [.init(303, "役割に応じた画面へ進みます"), .init(403, "権限なし", type: "text/html")],
                handle: start),
            Route(
                "GET", "/cases", "showCases", "確認の一覧", needs: .permission(.list),
                query: [Self.after] + Self.narrowing,
                answers: [.page("確認の一覧")], handle: showCases),
            Route(
                "GET", "/cases/{id}", "showCase", "ケース", needs: .permission(.read), answers: [.page("ケース")],
                handle: showCase),
            Route(
                "GET", "/runs/latest", "showLatestRun", "夜間処理の報告", needs: .permission(.operate),
                answers: [.page("夜間処理の報告")], handle: showLatestRun),
            Route(
                "GET", LinkagePage.path, "showLinkage", "名寄せの図", needs: .permission(.operate),
                answers: [.page("名寄せの図")], handle: showLinkage),
            Route(
                "GET", "/extracts", "showExtracts", "抽出の受け取り", needs: .permission(.mend),
                answers: [.page("抽出の受け取り")], handle: showExtracts),
            Route(
                "GET", "/audit", "showAudit", "閲覧の記録", needs: .permission(.audit), query: Self.auditQuery,
                answers: [.page("閲覧の記録")], handle: showAudit),
        ]
    }

    private var apiRoutes: [Route] {
        [
            Route(
                "GET", "/api/v1/cases", "listCases", "確認の一覧", needs: .permission(.list),
                query: [Self.after] + Self.narrowing
                    + [.init(name: "limit", description: "1ページの件数（1〜200、省略時は50）", schema: .integer)],
                answers: [.json("確認の一覧の1ページ", .named("CaseList"))], handle: listCases),
            Route(
                "GET", "/api/v1/cases/{id}", "readCase", "ケース", needs: .permission(.read),
                answers: [.json("ケース", .named("Case"))], handle: readCase),
            Route(
                "GET", "/api/v1/runs/latest", "readLatestRun", "夜間処理の報告", needs: .permission(.operate),
                answers: [
                    .json("夜間処理の報告", .named("Run")),
                    .problem(404, "公開された処理がない"),
                ], handle: readLatestRun),
            Route(
                "GET", "/api/v1/extracts", "listExtracts", "抽出の受け取り", needs: .permission(.mend),
                answers: [.json("扱える抽出の、行の行き先", .named("ExtractList"))], handle: listExtracts),
            Route(
                "GET", "/api/v1/openapi.json", "readOpenAPI", "この文書", needs: .nothing,
                answers: [.init(200, "OpenAPI 3.1 の文書", type: "application/json")],
                handle: { [self] _ in json(OpenAPI.document(all, cookie: cookie.name)) }),
        ]
    }

    private var openRoutes: [Route] {
        [
            Route(
                "GET", "/healthz", "health", "動作の確認", needs: .nothing,
                answers: [.json("動作中", .named("Health"))], handle: health),
            asset(Stylesheet.path, "stylesheet", "画面の書式", type: "text/css", text: Stylesheet.text),
            asset(Icon.path, "icon", "画面の印", type: "image/svg+xml", text: Icon.text),
            asset(
                DraftScript.path, "draftScript", "下書きを保存するスクリプト", type: "text/javascript",
                text: DraftScript.text),
            asset(
                KeyScript.path, "keyScript", "キーボードの操作のスクリプト", type: "text/javascript",
                text: KeyScript.text),
        ]
    }

    /// A file without anything personal; the only answers that a browser may keep.
    private func asset(_ path: String, _ name: String, _ summary: String, type: String, text: String) -> Route
    {
        Route(
            "GET", path, name, summary, needs: .nothing, answers: [.init(200, summary, type: type)],
            handle: { _ in
                Response(
                    status: 200, type: "\(type); charset=utf-8", text: text,
                    headers: [.init("Cache-Control", "public, max-age=600")])
            })
    }

    private static let after = Route.Parameter(
        name: "after", description: "前のページの next の値。省略時は先頭から", schema: .string)

    func json(_ value: JSON, headers: [Request.Field] = []) -> Response {
        Response(
            status: 200, headers: [.init("Content-Type", "application/json")] + headers, body: value.bytes)
    }

    func page(_ text: String) -> Response {
        Response(status: 200, type: "text/html; charset=utf-8", text: text)
    }

    /// A page with a form: where a value of one of its fields is none, the same page with what was typed and what is wrong with it.
    ///
    /// - Parameters:
    ///   - fields: of the form, by their names.
    ///   - page: as it stands with the fault, without what was asked for.
    func answer(
        _ exchange: Exchange, fields: [String], _ found: () throws -> Response,
        orElse page: (FormFault) throws -> String
    ) throws -> Response {
        do { return try found() } catch {
            let problem = try Problem.mendable(error, [400, 422])
            let fault = problem.parameter ?? FormFault(field: problem.field, message: problem.detail)
            guard let field = fault.field, fields.contains(field) else { throw error }
            return Response(
                status: problem.status, type: "text/html; charset=utf-8", text: try page(fault))
        }
    }

    /// What surrounds the content of a page for this reader.
    func frame(_ exchange: Exchange) throws -> Frame {
        let roles = (exchange.session?.roles ?? []).compactMap { exchange.guideline.roles[$0]?.title }
        let name = exchange.session?.displayName ?? ""
        var places: Set<Frame.Place> = []
        let listing = exchange.denial(of: .list)
        if listing == nil { places.insert(.queue) }
        if listing == nil || listing?.ground == .reasonRequired { places.insert(.search) }
        if maySeeSpotChecks(exchange), try store.hasSpotChecks() { places.insert(.spotChecks) }
        if exchange.decisions(for: .list, purpose: .programmes).denial == nil {
            places.insert(.support)
        }
        if exchange.denial(of: .operate) == nil { places.insert(.run) }
        if exchange.denial(of: .mend) == nil { places.formUnion([.extracts, .rejected]) }
        if mayReview(exchange) { places.insert(.review) }
        if exchange.denial(of: .propose) == nil { places.insert(.rules) }
        if exchange.denial(of: .register) == nil { places.insert(.consents) }
        var waiting: [Frame.Place: Int] = [:]
        if exchange.denial(of: .audit) == nil {
            places.formUnion([.audit, .declarations, .policy, .users])
            let counts = try store.declarationCounts(at: exchange.now)
            waiting[.declarations] = counts.running + counts.awaitingReview
        }
        let desk = exchange.declarationDesk
        let around = try store.declarations(around: desk, at: exchange.now)
        for kind in Declaration.Kind.allCases where desk.denial(of: kind) == nil {
            places.insert(kind.place)
            waiting[kind.place] = around.toConfirm.count { $0.kind == kind }
        }
        // Nothing runs longer than the log-in it was declared in.
        let over = around.running.isEmpty ? nil : try store.logInEnds(token: exchange.token ?? "")
        let failure = try store.lastFailure()
        let current = try store.currentPublication()
        return Frame(
            municipality: current?.summary.municipality ?? "",
            user: roles.isEmpty ? name : "\(name)（\(roles.joined(separator: "、"))）",
            csrf: exchange.session?.csrf ?? "", today: exchange.today, places: places,
            failedNight: failure.map {
                // What went wrong names files of the machine: for who runs it.
                .init(
                    at: $0.at.japaneseTime, message: places.contains(.run) ? $0.message : nil,
                    asOf: current?.asOf)
            }, waiting: waiting,
            declared: around.running.map { DeclarationViews.banner($0, logInEnds: over, now: exchange.now) },
            hasKeys: exchange.session?.hasKeys ?? true)
    }
}
