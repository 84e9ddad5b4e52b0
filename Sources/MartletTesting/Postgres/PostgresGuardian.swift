import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A shell that runs a server and does what it is told, line by line, until the process that tells it is gone.
///
/// It notices by the end of its input, which the kernel closes however the process ends; then it stops the server and
/// deletes its folder.
final class PostgresGuardian: Sendable {
    /// The folder of its socket.
    var folder: String { place.withLock { $0 } }
    let port: Int
    /// The id of the shell's process.
    var process: pid_t { shell.id }
    private let shell: PipedProcess
    private let place = Mutex("")
    private let queue = DispatchQueue(label: "martlet.postgres-guardian")

    private init(port: Int, shell: PipedProcess) {
        self.port = port
        self.shell = shell
    }

    deinit {
        try? shell.input.close()
    }

    static func start() async throws -> PostgresGuardian {
        guard let programs = PostgresPrograms.folder() else {
            throw PostgresServerError(
                description: "PostgreSQL is not installed. Install Debian's package postgresql (apt-get install "
                    + "postgresql), or set MARTLET_POSTGRES_BIN to the folder with initdb and postgres.")
        }
        let port = try freePort()
        let command = ["/bin/sh", "-c", script, "martlet-postgres", programs, String(port)]
        let guardian = PostgresGuardian(
            port: port, shell: try PipedProcess.start(ownSession + privileges + command))
        let folder = try await guardian.onQueue { try guardian.readAnswer() }
        guardian.place.withLock { $0 = folder }
        return guardian
    }

    /// Tells the shell what to do and returns what it says when that is done.
    func command(_ line: String) async throws -> String {
        try await onQueue {
            try self.shell.input.write(contentsOf: Data((line + "\n").utf8))
            return try self.readAnswer()
        }
    }

    /// Ends the shell's input, and returns once it has cleaned up and ended its output.
    func end() async throws {
        _ = try await onQueue {
            try self.shell.input.close()
            while let rest = try self.shell.output.read(upToCount: 512), !rest.isEmpty {}
            self.shell.wait()
            return ""
        }
    }

    private func onQueue(_ work: @escaping @Sendable () throws -> String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }

    /// Reads a line; `ok` and what it says, or anything else as the reason of a failure.
    private func readAnswer() throws -> String {
        var line: [UInt8] = []
        while let byte = try shell.output.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
        let text = String(decoding: line, as: UTF8.self)
        guard text.hasPrefix("ok ") else {
            throw PostgresServerError(
                description: "The test server of PostgreSQL does not start or obey: \(text.isEmpty ? "it ended" : text)"
            )
        }
        return String(text.dropFirst(3))
    }

    /// A session of its own, so that a signal to all processes of a test run does not interrupt the cleaning up.
    private static var ownSession: [String] {
        let program = "/usr/bin/setsid"
        return FileManager.default.isExecutableFile(atPath: program) ? [program] : []
    }

    /// PostgreSQL refuses to run as root, so root becomes the user that Debian makes for it, or nobody.
    private static var privileges: [String] {
        guard getuid() == 0 else { return [] }
        let user = getpwnam("postgres") != nil ? "postgres" : "nobody"
        let group = user == "postgres" ? "postgres" : "nogroup"
        return ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"]
    }

    private static func freePort() throws -> Int {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, kind, 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw PostgresServerError(description: "No free port was found on 127.0.0.1.") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension PostgresGuardian {
    /// Every answer is one line.
    ///
    /// The server does not wait for the disk: its data live as long as the test. The shell has given up the errors' place
    /// of the test run, since it outlives the run by what the cleaning up takes, and who reads the run's output would wait.
    private static let script = #"""
        bin=$1 port=$2
        cd /tmp || exit 1
        dir=$(TMPDIR=/tmp mktemp -d) || { echo "no temporary folder"; exit 1; }
        exec 2>"$dir/log"
        stop() { "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1; }
        trap 'trap "" HUP INT TERM; stop; rm -rf "$dir"' EXIT
        trap 'exit 1' HUP INT TERM
        fail() { echo "$1: $(tail -3 "$dir/log" | tr '\n' ' ')"; }
        start() {
            "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 start -o \
                "-p $port -k $dir -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200 $ssl" \
                >/dev/null 2>&1 </dev/null
        }
        "$bin/initdb" -D "$dir/data" -U martlet --auth=trust --no-sync -E UTF8 --locale=C >>"$dir/log" 2>&1 ||
            { fail initdb; exit 1; }
        ssl="-c ssl=off"
        if openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 \
            -keyout "$dir/data/server.key" -out "$dir/data/server.crt" >/dev/null 2>&1; then
            chmod 600 "$dir/data/server.key"
            ssl="-c ssl=on"
        fi
        start || { fail start; exit 1; }
        echo "ok $dir"
        while read -r command name; do
            case $command in
            database) "$bin/createdb" -h "$dir" -p "$port" -U martlet "$name" 2>>"$dir/log" && echo "ok " || fail createdb ;;
            restart)
                "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null 2>&1
                start && echo "ok " || fail restart
                ;;
            stop) "$bin/pg_ctl" -D "$dir/data" -m fast -w stop >/dev/null 2>&1 && echo "ok " || fail stop ;;
            esac
        done
        """#
}
