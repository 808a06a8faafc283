internal import HTTP

/// Whether a page of this service sent a request, by what the browser says of itself.
///
/// Both fields are set by the browser, not by a page's script. Under our `Referrer-Policy: no-referrer` a browser sends
/// `Origin: null` with a form of our own, so `Sec-Fetch-Site` decides where it is present; a request with neither is
/// refused. This stands beside SameSite=Strict and the form's token, not instead of them.
enum RequestOrigin {
    static func isOwn(_ request: Request) -> Bool {
        let origin = request.header("origin").flatMap { $0 == "null" ? nil : $0 }
        if let site = request.header("sec-fetch-site") {
            return site == "same-origin" && origin.map { isHost($0, of: request) } != false
        }
        return origin.map { isHost($0, of: request) } ?? false
    }

    private static func isHost(_ origin: String, of request: Request) -> Bool {
        guard let host = request.header("host") else { return false }
        return origin == "https://\(host)" || origin == "http://\(host)"
    }

    /// Compares without telling by its time how much agrees.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
