import CLibCrypto
import Foundation

/// What messages need of a certificate.
struct CertificateContent {
    let id: String
    let notBefore: Date
    let notAfter: Date
    let key: RSAKey

    /// Reads a certificate; `nil` when a part of it cannot be read.
    init?(_ certificate: OpaquePointer) {
        guard let issuer = X509_get_issuer_name(certificate), let values = Self.values(issuer),
            let serial = Self.decimal(X509_get0_serialNumber(certificate)),
            let notBefore = Self.date(X509_get0_notBefore(certificate)),
            let notAfter = Self.date(X509_get0_notAfter(certificate)),
            let key = X509_get_pubkey(certificate)
        else { return nil }
        id = (values + [serial]).joined(separator: " ")
        (self.notBefore, self.notAfter) = (notBefore, notAfter)
        self.key = RSAKey(key)
    }

    /// The values of a name, in the certificate's order.
    private static func values(_ name: OpaquePointer) -> [String]? {
        var values: [String] = []
        for index in 0..<X509_NAME_entry_count(name) {
            guard let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else { return nil }
            var bytes: UnsafeMutablePointer<UInt8>?
            let count = ASN1_STRING_to_UTF8(&bytes, value)
            guard count >= 0, let bytes else { return nil }
            defer { CRYPTO_free(bytes, #file, #line) }
            values.append(String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self))
        }
        return values
    }

    private static func decimal(_ serial: UnsafePointer<ASN1_INTEGER>?) -> String? {
        guard let number = ASN1_INTEGER_to_BN(serial, nil) else { return nil }
        defer { BN_free(number) }
        guard let digits = BN_bn2dec(number) else { return nil }
        defer { CRYPTO_free(digits, #file, #line) }
        return String(cString: digits)
    }

    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date? {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return nil }
        return Date(timeIntervalSince1970: TimeInterval(timegm(&parts)))
    }
}
