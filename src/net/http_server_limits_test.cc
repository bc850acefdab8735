#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_server.h"
#include "net/raw/raw_peer.h"
#include "net/server/admission.h"
#include "net/server/head.h"

namespace tidemark::net {
namespace {

using namespace std::chrono_literals;
using raw::RawSocket;
using ::testing::AnyOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// A server that answers "served" and counts the requests that reached its handler.
struct Served {
  explicit Served(const HttpLimits& limits = {}, std::vector<std::string> hosts = {}) {
    HttpServerOptions options;
    options.limits = limits;
    options.hosts = std::move(hosts);
    server = std::move(*HttpServer::start(options, [this](const HttpRequest&, const Respond& r) {
      ++requests;
      HttpResponse response;
      response.body = "served";
      r(response);
    }));
  }
  RawSocket connect() const { return RawSocket::to(server->port()); }
  /// All that comes back when `bytes` are sent on a new connection, until the server closes it.
  std::string reply_to(std::string_view bytes) const {
    RawSocket client = connect();
    client.send(bytes);
    return client.receive_all();
  }
  std::atomic<int> requests = 0;
  std::unique_ptr<HttpServer> server;
};

TEST(HttpServerLimits, answers_408_to_a_head_that_does_not_come) {
  HttpLimits limits;
  limits.header_timeout = 50ms;
  const Served served(limits);
  const std::string answer = served.reply_to("GET / HTTP/1.1\r\nHo");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_THAT(answer, HasSubstr("request header not received within 0.05s"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
}

TEST(HttpServerLimits, does_not_let_a_trickle_extend_the_time_for_the_head) {
  HttpLimits limits;
  limits.header_timeout = 100ms;
  const Served served(limits);
  RawSocket client = served.connect();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nX: "));
  // Bytes keep coming until the server has had enough.
  std::string answer;
  std::atomic<bool> answered = false;
  Worker reader("reader");
  reader.post([&] {
    answer = client.receive_answer();
    answered = true;
  });
  while (!answered && client.send("a")) {
  }
  reader.stop();
  EXPECT_THAT(answer, AnyOf(StartsWith("HTTP/1.1 408 "), StartsWith("HTTP/1.1 431 ")));
}

TEST(HttpServerLimits, closes_silent_and_idle_connections_without_a_word) {
  HttpLimits limits;
  limits.header_timeout = 50ms;
  const Served hasty(limits);
  EXPECT_EQ(hasty.reply_to(""), "");
  limits = {};
  limits.idle_timeout = 50ms;
  const Served served(limits);
  RawSocket client = served.connect();
  EXPECT_THAT(client.ask(kGet), EndsWith("served"));
  EXPECT_EQ(client.receive_all(), "");
}

TEST(HttpServerLimits, answers_431_to_a_long_head_in_one_piece_or_without_end) {
  HttpLimits limits;
  limits.header_bytes = 1000;
  const Served served(limits);
  const std::string long_value(2000, 'a');
  EXPECT_THAT(served.reply_to("GET / HTTP/1.1\r\nHost: x\r\nX: " + long_value + "\r\n\r\n"),
              HasSubstr("431 Request Header Fields Too Large"));
  EXPECT_THAT(served.reply_to("GET /" + long_value),
              HasSubstr("request header exceeds 1000 bytes"));
  const std::string fits(1000 - kGet.size() - 5, 'a');
  RawSocket client = served.connect();
  EXPECT_THAT(client.ask("GET / HTTP/1.1\r\nHost: x\r\nX: " + fits + "\r\n\r\n"),
              EndsWith("served"));
}

TEST(HttpServerLimits, answers_413_to_a_declared_length_before_any_of_the_body) {
  const Served served;
  const std::string answer =
      served.reply_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50436506\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer,
              HasSubstr(R"("code":"body_too_large","message":"body 48.1 MiB exceeds 32 MiB")"));
  EXPECT_EQ(served.requests, 0);
}

TEST(HttpServerLimits, lets_a_client_that_sends_it_all_first_read_the_413) {
  HttpLimits limits;
  limits.body_bytes = 1000;
  const Served served(limits);
  RawSocket client = served.connect();
  const std::string body(std::size_t{4} << 20, 'a');
  ASSERT_TRUE(client.send(
      fmt::format("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.size())));
  ASSERT_TRUE(client.send(body));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServerLimits, answers_413_when_chunks_add_up_to_too_much) {
  HttpLimits limits;
  limits.body_bytes = 1000;
  const Served served(limits);
  std::string request = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  RawSocket client = served.connect();
  const std::string ten = "64\r\n" + std::string(100, 'a') + "\r\n";
  for (int i = 0; i < 10; ++i)
    request += ten;
  EXPECT_THAT(client.ask(request + "0\r\n\r\n"), EndsWith("served"));
  EXPECT_THAT(client.ask(request + "1\r\na\r\n0\r\n\r\n"), HasSubstr("body exceeds 1000 bytes"));
  EXPECT_THAT(served.reply_to("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "FFFFFFFFFFFFFFFF\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(served.requests, 1);
}

TEST(HttpServerLimits, answers_408_to_a_body_that_comes_too_slowly) {
  HttpLimits limits;
  limits.body_grace = 30ms;
  limits.body_bytes_per_second = 1000;
  const Served served(limits);
  const std::string answer =
      served.reply_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n1234567890");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(answer, HasSubstr("request body slower than 1000 bytes a second"));
  EXPECT_EQ(served.requests, 0);
}

TEST(HttpServerLimits, never_hands_on_a_body_cut_short) {
  const Served served;
  for (const std::string framing :
       {"Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    RawSocket client = served.connect();
    ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: x\r\n" + framing));
    client.end_sending();
    EXPECT_EQ(client.receive_all(), "");
  }
  EXPECT_EQ(served.requests, 0);
}

TEST(HttpServerLimits, answers_503_beyond_the_connections_allowed) {
  HttpLimits limits;
  limits.connections = 2;
  limits.connections_per_ip = 1;  // loopback is exempt
  const Served served(limits);
  RawSocket first = served.connect();
  EXPECT_THAT(first.ask(kGet), EndsWith("served"));
  {
    RawSocket second = served.connect();
    EXPECT_THAT(second.ask(kGet), EndsWith("served"));
    RawSocket third = served.connect();
    const std::string answer = third.ask(kGet);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(first.ask(kGet), EndsWith("served"));
  }
  bool served_again = false;
  for (int i = 0; i < 10'000 && !served_again; ++i) {
    served_again = served.connect().ask(kGet).ends_with("served");
  }
  EXPECT_TRUE(served_again);
}

TEST(HttpServerLimits, answers_all_of_many_connections_beyond_the_limit_and_counts_them) {
  HttpServerOptions options;
  options.limits.connections = 1;
  Meter meter;
  options.meter = &meter;
  const auto server = std::move(*HttpServer::start(
      options, [](const HttpRequest&, const Respond& respond) { respond(HttpResponse{}); }));
  RawSocket first = RawSocket::to(server->port());
  EXPECT_THAT(first.ask(kGet), StartsWith("HTTP/1.1 200 "));
  std::vector<RawSocket> others;  // stay open, as clients do that do not read to the end
  for (int i = 0; i < 150; ++i) {
    others.push_back(RawSocket::to(server->port()));
    EXPECT_THAT(others.back().receive_answer(), StartsWith("HTTP/1.1 503 ")) << i;
  }
  EXPECT_EQ(meter.counter("tidemark_http_connections_refused_total").value(), 150);
  EXPECT_GE(meter.counter("tidemark_http_connections_open").value(), 1);
}

TEST(HttpServerLimits, counts_connections_of_each_address) {
  server::Admission admission(3, 1);
  EXPECT_TRUE(admission.enter("192.0.2.1", false));
  EXPECT_FALSE(admission.enter("192.0.2.1", false));
  EXPECT_TRUE(admission.enter("192.0.2.2", false));
  EXPECT_TRUE(admission.enter("127.0.0.1", true));
  EXPECT_FALSE(admission.enter("127.0.0.1", true));
  admission.leave("192.0.2.1");
  EXPECT_TRUE(admission.enter("127.0.0.1", true));
  admission.leave("127.0.0.1");
  EXPECT_TRUE(admission.enter("192.0.2.1", false));
}

TEST(HttpServerLimits, answers_421_to_hosts_it_does_not_serve) {
  const Served served({}, {"localhost", "127.0.0.1", "::1", "Tide.example"});
  const auto ask = [&](const std::string& host) {
    RawSocket client = served.connect();
    return client.ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  for (const std::string host : {"localhost",
                                 "LocalHost:8470",
                                 "127.0.0.1:1",
                                 "[::1]",
                                 "[::1]:80",
                                 "tide.example",
                                 "TIDE.example:443"}) {
    EXPECT_THAT(ask(host), EndsWith("served")) << host;
  }
  EXPECT_THAT(ask("evil.example"), HasSubstr(R"(host \"evil.example\" is not served here)"));
  for (const std::string host : {"evil.example:8470",
                                 "localhost.evil.example",
                                 "localhost:80:80",
                                 "xlocalhost",
                                 "",
                                 "evil\"\xff",
                                 "localhost, evil.example"}) {
    EXPECT_THAT(ask(host), StartsWith("HTTP/1.1 421 ")) << host;
  }
  // The authority of an absolute target is what counts (RFC 9112 section 3.2.2).
  EXPECT_THAT(served.reply_to("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 421 "));
  RawSocket client = served.connect();
  EXPECT_THAT(client.ask("GET http://localhost HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
              EndsWith("served"));
  EXPECT_THAT(client.ask("GET / HTTP/1.0\r\n\r\n"), EndsWith("served"));
}

TEST(HttpServerLimits, answers_400_and_closes_on_malformed_requests) {
  const Served served;
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const std::string after = "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::vector<std::string> requests = {
      "hello\r\n",
      "\x16\x03\x01\x02",
      "GET /\r\n",
      "GET / HTTP/2.0\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\n\n",
      "GET / HTTP/1.1\r\nHost: x\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
      "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nNoColon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
      "GET example.com:80 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
      "G{T / HTTP/1.1\r\nHost: x\r\n\r\n",
      post + "Content-Length: 5\r\nTransfer-Encoding: chunked" + after,
      post + "Transfer-Encoding: chunked\r\nContent-Length: 5" + after,
      post + "Content-Length: 5\r\nContent-Length: 6" + after,
      post + "Content-Length: 5\r\nContent-Length: 5" + after,
      post + "Content-Length: 5, 5" + after,
      post + "Content-Length: +5" + after,
      post + "Content-Length: -1" + after,
      post + "Content-Length: 0x5" + after,
      post + "Content-Length: 99999999999999999999999" + after,
      post + "Content-Length:" + after,
      post + "Transfer-Encoding: gzip, chunked" + after,
      post + "Transfer-Encoding: chunked, chunked" + after,
      post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked" + after,
      post + "Transfer-Encoding: xchunked" + after,
      "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked" + after,
      post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
      post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n",
      post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(70'000, 'x'),
  };
  for (const std::string& request : requests) {
    const std::string answer = served.reply_to(request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n")) << request.substr(0, 120);
    EXPECT_THAT(answer, HasSubstr(R"({"error":{"code":"bad_request")")) << request.substr(0, 120);
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "two answers to " << request;
  }
  EXPECT_EQ(served.requests, 0);
}

TEST(HttpServerLimits, survives_a_damaged_keep_alive_connection) {
  const Served served;
  RawSocket client = served.connect();
  // Two writers on one socket: the second request starts inside the first one's body.
  ASSERT_TRUE(
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"
                  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"));
  EXPECT_THAT(client.receive_answer(), EndsWith("served"));
  EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(served.connect().ask(kGet), EndsWith("served"));
}

TEST(HttpServerLimits, refuses_expectations_it_does_not_know) {
  const Served served;
  EXPECT_THAT(served.reply_to("GET / HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n"),
              StartsWith("HTTP/1.1 417 "));
}

}  // namespace
}  // namespace tidemark::net
