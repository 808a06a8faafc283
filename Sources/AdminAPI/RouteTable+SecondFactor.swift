internal import Domain
internal import HTTP
internal import Pages
internal import Policy
internal import Store

/// The registration of a second factor, at the first log-in or whenever somebody wants one.
extension RouteTable {
    var secondFactorRoutes: [Route] {
        [
            Route(
                "GET", SecondFactorPage.path, "showSecondFactor", "確認コードの登録", needs: .registering,
                answers: [.page("確認コードの登録")], handle: showSecondFactor),
            Route(
                "POST", SecondFactorPage.path, "registerSecondFactor", "確認コードを登録する",
                needs: .registering, form: ["code"],
                answers: [
                    .page("回復コード"), .init(409, "もう登録されている", type: "text/html"),
                    .init(422, "確認コードの登録（6桁が合わない）", type: "text/html"),
                ], handle: registerSecondFactor),
        ]
    }

    func showSecondFactor(_ exchange: Exchange) -> Response {
        guard exchange.session?.hasSecondFactor != true else {
            return page(SecondFactorPage.registered(csrf: exchange.session?.csrf ?? ""))
        }
        return page(offer(exchange, message: nil))
    }

    func registerSecondFactor(_ exchange: Exchange) throws -> Response {
        let registered = try store.registerSecondFactor(
            token: exchange.token ?? "", code: exchange.request.form("code") ?? "", at: exchange.now)
        guard let registered else {
            let message =
                "6桁が合いません。新しい6桁を入れてください。何度も合わないときは、アプリが SHA-256 に対応していないか、電話機の時刻が合っていません。"
            return Response(
                status: 422, type: "text/html; charset=utf-8", text: offer(exchange, message: message))
        }
        // Who may more than before has another token.
        return Response(
            status: 200, type: "text/html; charset=utf-8",
            text: SecondFactorPage.recovery(registered.recovery),
            headers: [cookie.set(registered.session.token)])
    }

    private func offer(_ exchange: Exchange, message: String?) -> String {
        let offer = store.secondFactorOffer(
            for: exchange.session?.user ?? "", token: exchange.token ?? "")
        return SecondFactorPage(
            key: offer.key, address: offer.address, isDemanded: exchange.demandsRegistration,
            csrf: exchange.session?.csrf ?? "", message: message
        ).render()
    }
}
