// The floor that the benchmark compares with: how fast the engine itself takes service creates, sent by nothing but
// sockets and threads. Prints one JSON line.
//
//   floor --socket PATH --count N --connections C --body FILE   create N services, {n} in FILE counted up
//   floor --socket PATH --connections C --delete-prefix NAME   remove those whose names begin so
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <boost/json.hpp>

namespace {

struct Options {
    std::string socket;
    std::size_t count = 1000;
    std::size_t connections = 4;
    std::string body_file;
    std::string remove_prefix;
};

struct Answer {
    int status = 0;
    std::string body;
};

/// One kept-alive HTTP/1.1 connection over a unix socket, as simple as the engine allows.
class Connection {
  public:
    explicit Connection(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long: " + path);
        std::memcpy(static_cast<void*>(address.sun_path), path.data(), path.size());
        const void* raw = &address;
        if (::connect(socket_, static_cast<const sockaddr*>(raw), sizeof address) != 0) {
            throw std::runtime_error("can't connect to " + path);
        }
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Answer call(const std::string& method, const std::string& target, const std::string& body) {
        write(method + " " + target +
              " HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
        return read();
    }

  private:
    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) throw std::runtime_error("the engine hung up");
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void receive() {
        char piece[16384];
        const auto got = ::recv(socket_, static_cast<void*>(piece), sizeof piece, 0);
        if (got <= 0) throw std::runtime_error("the engine hung up");
        input_.append(static_cast<const char*>(piece), static_cast<std::size_t>(got));
    }

    std::string take(std::size_t length) {
        while (input_.size() < length) receive();
        auto taken = input_.substr(0, length);
        input_.erase(0, length);
        return taken;
    }

    std::string take_through(std::string_view end) {
        std::size_t at = 0;
        while ((at = input_.find(end)) == std::string::npos) receive();
        return take(at + end.size());
    }

    Answer read() {
        const auto head = take_through("\r\n\r\n");
        Answer answer{std::stoi(head.substr(9, 3)), {}};
        if (const auto at = head.find("Content-Length: "); at != std::string::npos) {
            answer.body = take(std::stoul(head.substr(at + 16)));
        } else if (head.find("chunked") != std::string::npos) {
            while (const auto length = std::stoul(take_through("\r\n"), nullptr, 16)) {
                answer.body += take(length);
                take(2);
            }
            take(2);
        }
        return answer;
    }

    int socket_;
    std::string input_;
};

/// Runs `work(connection, i)` for every i below `count` on `connections` connections, and gives the seconds it took.
double measure(const Options& options, std::size_t count, const std::function<void(Connection&, std::size_t)>& work) {
    std::vector<std::thread> threads;
    std::atomic<std::size_t> next{0};
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t c = 0; c < options.connections; ++c) {
        threads.emplace_back([&] {
            Connection connection(options.socket);
            for (std::size_t i = next++; i < count; i = next++) work(connection, i);
        });
    }
    for (auto& thread : threads) thread.join();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string with_number(std::string text, std::size_t number) {
    for (std::size_t at = 0; (at = text.find("{n}", at)) != std::string::npos;) {
        text.replace(at, 3, std::to_string(number));
    }
    return text;
}

double create(const Options& options) {
    std::ifstream file(options.body_file);
    const std::string body(std::istreambuf_iterator<char>(file), {});
    if (body.empty()) throw std::runtime_error("no body in " + options.body_file);
    return measure(options, options.count, [&](Connection& connection, std::size_t i) {
        const auto answer = connection.call("POST", "/services/create", with_number(body, i));
        if (answer.status != 201) throw std::runtime_error("create: " + answer.body);
    });
}

double remove(const Options& options, std::size_t& count) {
    const auto listed = Connection(options.socket).call("GET", "/services", "");
    std::vector<std::string> ids;
    for (const auto& service : boost::json::parse(listed.body).as_array()) {
        const std::string_view name = service.at("Spec").at("Name").as_string();
        if (name.starts_with(options.remove_prefix)) ids.emplace_back(service.at("ID").as_string());
    }
    count = ids.size();
    return measure(options, ids.size(), [&](Connection& connection, std::size_t i) {
        const auto answer = connection.call("DELETE", "/services/" + ids[i], "");
        if (answer.status != 200) throw std::runtime_error("delete: " + answer.body);
    });
}

std::size_t number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0) {
        throw std::runtime_error("not a number above 0: " + std::string(text));
    }
    return value;
}

Options parse(const std::vector<std::string>& arguments) {
    Options options;
    if (arguments.size() % 2 != 0) throw std::runtime_error("each option takes a value");
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const auto& value = arguments[i + 1];
        if (arguments[i] == "--socket") {
            options.socket = value;
        } else if (arguments[i] == "--count") {
            options.count = number(value);
        } else if (arguments[i] == "--connections") {
            options.connections = number(value);
        } else if (arguments[i] == "--body") {
            options.body_file = value;
        } else if (arguments[i] == "--delete-prefix") {
            options.remove_prefix = value;
        } else {
            throw std::runtime_error("unknown option " + arguments[i]);
        }
    }
    if (options.socket.empty() || options.body_file.empty() == options.remove_prefix.empty()) {
        throw std::runtime_error("--socket and one of --body and --delete-prefix are needed");
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto options = parse({argv + 1, argv + argc});
        std::size_t count = options.count;
        const double seconds = options.remove_prefix.empty() ? create(options) : remove(options, count);
        std::printf("{\"count\":%zu,\"connections\":%zu,\"seconds\":%.4f}\n", count, options.connections, seconds);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "floor: %s\n", error.what());
        return 2;
    }
}
