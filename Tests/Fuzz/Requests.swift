import HTTP

/// The request parser's three laws, on a slice that does not begin at 0, and what it promises of every request.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzRequests(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let parser = RequestParser()
    let input = bytes(start, count)
    let whole = parser.parse(input[...])
    law(parser.parse(([0x47, 0x0A] + input)[2...]) == whole, "where the slice begins changes nothing")

    // Four cuts, begun where the input itself says: over many inputs every place is cut.
    let step = max(1, input.count / 4)
    for cut in stride(from: input.reduce(0) { ($0 * 31 + Int($1)) % step }, to: input.count, by: step) {
        switch (parser.parse(input[..<cut]), whole) {
        case (.needMore(let total, _), .request(_, let consumed)):
            law(total > cut, "more than there is must be needed")
            law(cut < consumed && total <= consumed, "a whole request needs no more bytes")
        case (.needMore(let total, _), _): law(total > cut, "more than there is must be needed")
        case (.reject, _), (.tooLarge, _):
            law(parser.parse(input[..<cut]) == whole, "what is refused stays refused")
        case (.request, _): law(parser.parse(input[..<cut]) == whole, "bytes behind a request change nothing")
        }
    }
    for more in ["\r\n\r\n", "GET / HTTP/1.1\r\nHost: b\r\n\r\n"] {
        if case .needMore = whole { continue }
        law(parser.parse((input + Array(more.utf8))[...]) == whole, "bytes behind the end change nothing")
    }
    if case .request(let request, let consumed) = whole {
        law((1...input.count).contains(consumed), "a request is made of bytes that are there")
        check(request)
    }
    return 0
}

private func check(_ request: Request) {
    let isControl: (UInt8) -> Bool = { $0 < 0x20 || $0 == 0x7F }
    let segments = request.path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    law(request.path.hasPrefix("/") && !request.path.utf8.contains(where: isControl), "a path is plain")
    law(!segments.contains { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }, "no path climbs")
    law(request.headers.filter { $0.name == "host" }.count == 1, "every request has one host")
    law(request.headers.filter { $0.name == "content-length" }.count < 2, "a request has one length at most")
    law(request.header("transfer-encoding") == nil, "no body comes in chunks")
    for field in request.headers {
        law(same(field.name, field.name.lowercased()), "names of header fields are in lower case")
        law(!field.value.utf8.contains { isControl($0) && $0 != 0x09 }, "no header field holds a line end")
    }
    if let form = try? MultipartForm(request) {
        let sum = form.fields.reduce(form.file?.bytes.count ?? 0) { $0 + $1.value.utf8.count }
        law(sum < request.body.count, "a form's parts are of its body")
        law(Set(form.fields.map(\.name)).count == form.fields.count, "no name stands twice in a form")
    }
    // What handlers ask for.
    for name in ["a", "limit", "sid"] {
        _ = (request.query(name), request.cookie(name), request.form(name))
    }
}
