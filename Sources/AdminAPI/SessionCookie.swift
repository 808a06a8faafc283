internal import HTTP

/// How the browser keeps the session token.
package enum SessionCookie: Sendable {
    /// `__Host-sid`, Secure: behind a proxy that speaks TLS.
    case secure
    /// `renkei_sid`: plain HTTP on this machine, where browsers refuse a Secure cookie.
    case plain

    var name: String {
        switch self {
        case .secure: "__Host-sid"
        case .plain: "renkei_sid"
        }
    }

    /// Kept until the browser closes; the server ends the session earlier by its own clock.
    func set(_ token: String) -> Request.Field { field("\(token)") }

    var clear: Request.Field { field("; Max-Age=0") }

    private func field(_ value: String) -> Request.Field {
        let secure =
            switch self {
            case .secure: "; Secure"
            case .plain: ""
            }
        return .init("Set-Cookie", "\(name)=\(value); Path=/; HttpOnly; SameSite=Strict\(secure)")
    }
}
