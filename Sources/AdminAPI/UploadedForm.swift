internal import HTTP

extension Route.Medium {
    /// Whether the request says that its body is of this make.
    func isOf(_ request: Request) -> Bool {
        switch self {
        case .form: request.form != nil
        case .json: request.type == "application/json"
        case .csv: request.type == "text/csv"
        case .upload: request.type == "multipart/form-data"
        }
    }
}

extension MultipartForm {
    /// - Throws: 400 where the body is none, in words for who sent it.
    init(sent request: Request) throws(Problem) {
        do { try self.init(request) } catch { throw Problem(error) }
    }
}

extension Problem {
    fileprivate init(_ trouble: MultipartForm.Trouble) {
        let what =
            switch trouble {
            case .type: "multipart/form-data と書かれていません。"
            case .boundary: "区切り（boundary）が書かれていないか、正しくありません。"
            case .beginning: "本文が区切りで始まっていません。"
            case .end: "本文の終わりの区切りがありません。途中で切れています。"
            case .head: "部分の見出し（Content-Disposition）を読み取れません。"
            case .nested: "部分の中に、さらに部分（multipart）があります。"
            case .transferEncoding: "部分に Content-Transfer-Encoding は使えません。"
            case .tooManyParts: "部分が多すぎます。"
            case .secondFile: "ファイルが2つ以上あります。1つだけ送ってください。"
            case .secondField: "同じ名前の項目が2つあります。"
            case .text: "項目の文字が長すぎるか、UTF-8 ではありません。"
            }
        self.init(
            status: 400, code: "malformed-upload", title: "送られたファイルを読み取れません",
            detail: "\(what)画面を開き直して、もう一度お試しください。")
    }
}
