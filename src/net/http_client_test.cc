#include "net/http_client.h"

#include <chrono>
#include <mutex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/http_server.h"
#include "net/raw/raw_peer.h"

namespace tidemark::net {
namespace {

using namespace std::chrono_literals;
using raw::RawSocket;
using raw::ScriptedServer;
using ::testing::HasSubstr;
using ::testing::Not;

/// Every name is 127.0.0.1; counts how often it was asked.
struct CountingResolver {
  std::shared_ptr<int> calls = std::make_shared<int>(0);
  Result<std::vector<IpAddress>> operator()(const std::string&) const {
    ++*calls;
    return std::vector<IpAddress>{*parse_ip("127.0.0.1")};
  }
};

std::unique_ptr<HttpClient> client_allowing(std::vector<std::string> allow,
                                            Resolver resolver = CountingResolver{}) {
  EgressRules rules;
  rules.allow = std::move(allow);
  return make_curl_client(std::move(*EgressPolicy::make(rules, std::move(resolver))));
}

/// A server that answers by `handler` and remembers the last request.
struct Target {
  explicit Target(std::function<HttpResponse(const HttpRequest&)> handler) {
    server =
        std::move(*HttpServer::start({}, [this, handler](HttpRequest request, const Respond& r) {
          HttpResponse response = handler(request);
          {
            const std::lock_guard lock(mutex);
            last = std::move(request);
          }
          r(std::move(response));
        }));
  }
  std::string url(const std::string& host = "127.0.0.1") const {
    return fmt::format("http://{}:{}/hook?token=s3cret", host, server->port());
  }
  std::mutex mutex;
  HttpRequest last;
  std::unique_ptr<HttpServer> server;
};

HttpResponse reply(int status, std::string body) {
  HttpResponse out;
  out.status = status;
  out.headers.push_back({"X-Reply", "yes"});
  out.body = std::move(body);
  return out;
}

TEST(HttpClient, sends_the_call_and_gives_the_reply_back) {
  Target target([](const HttpRequest&) { return reply(201, "made"); });
  HttpCall call;
  call.url = target.url();
  call.headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}};
  call.body = std::string("{}\0{}", 5);
  const auto got = client_allowing({"127.0.0.0/8"})->send(call);
  ASSERT_TRUE(got.has_value()) << got.error().what;
  EXPECT_EQ(got->status, 201);
  EXPECT_EQ(got->header("x-reply"), "yes");
  EXPECT_EQ(got->body, "made");
  EXPECT_EQ(target.last.method, "POST");
  EXPECT_EQ(target.last.target, "/hook?token=s3cret");
  EXPECT_EQ(target.last.header("content-type"), "application/json");
  EXPECT_EQ(target.last.header("x-empty"), "");
  EXPECT_EQ(target.last.header("expect"), std::nullopt);
  EXPECT_EQ(target.last.body, call.body);
}

TEST(HttpClient, uses_the_method_asked_for) {
  Target target([](const HttpRequest&) { return reply(200, "body"); });
  const auto client = client_allowing({"127.0.0.0/8"});
  for (const std::string method : {"GET", "HEAD", "PUT", "PATCH", "DELETE"}) {
    HttpCall call;
    call.method = method;
    call.url = target.url();
    const auto got = client->send(call);
    ASSERT_TRUE(got.has_value()) << method << got.error().what;
    EXPECT_EQ(target.last.method, method);
    EXPECT_EQ(got->body, method == "HEAD" ? "" : "body");
  }
}

TEST(HttpClient, connects_to_the_checked_address_of_a_name_only_its_resolver_knows) {
  Target target([](const HttpRequest&) { return reply(200, ""); });
  const CountingResolver resolver;
  HttpCall call;
  call.url = target.url("pinned.invalid");
  const auto got = client_allowing({"pinned.invalid"}, resolver)->send(call);
  ASSERT_TRUE(got.has_value()) << got.error().what;
  EXPECT_EQ(*resolver.calls, 1);
  EXPECT_EQ(target.last.header("host"), fmt::format("pinned.invalid:{}", target.server->port()));
}

TEST(HttpClient, connects_nowhere_when_the_policy_refuses) {
  Target target([](const HttpRequest&) { return reply(200, ""); });
  HttpCall call;
  call.url = target.url();
  const auto got = client_allowing({})->send(call);
  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().code, Errc::denied);
  EXPECT_EQ(target.last.method, "");
}

TEST(HttpClient, does_not_follow_redirects) {
  int asked = 0;
  Target target([&asked](const HttpRequest&) {
    ++asked;
    HttpResponse out = reply(302, "");
    out.headers.push_back({"Location", "http://127.0.0.1:1/"});
    return out;
  });
  HttpCall call;
  call.url = target.url();
  const auto got = client_allowing({"127.0.0.0/8"})->send(call);
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->status, 302);
  EXPECT_EQ(got->header("location"), "http://127.0.0.1:1/");
  EXPECT_EQ(asked, 1);
}

TEST(HttpClient, keeps_64_KiB_of_a_body_without_end) {
  ScriptedServer endless([](RawSocket& peer) {
    peer.receive_to("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n");
    while (peer.send(std::string(10'000, 'x'))) {
    }
  });
  HttpCall call;
  call.method = "GET";
  call.url = fmt::format("http://127.0.0.1:{}/", endless.port());
  const auto got = client_allowing({"127.0.0.0/8"})->send(call);
  ASSERT_TRUE(got.has_value()) << got.error().what;
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body.size(), std::size_t{64} << 10);
}

TEST(HttpClient, gives_up_on_headers_without_end) {
  ScriptedServer endless([](RawSocket& peer) {
    peer.receive_to("\r\n\r\n");
    peer.send("HTTP/1.1 200 OK\r\n");
    while (peer.send("X-A: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  HttpCall call;
  call.url = fmt::format("http://127.0.0.1:{}/", endless.port());
  EXPECT_EQ(client_allowing({"127.0.0.0/8"})->send(call).error().code, Errc::io);
}

TEST(HttpClient, tells_time_out_from_broken_connections_and_shows_no_secret) {
  ScriptedServer silent([](RawSocket& peer) { peer.receive_all(); });
  ScriptedServer broken([](RawSocket& peer) { peer.receive_to("\r\n\r\n"); });
  std::uint16_t closed_port = 0;
  {
    const ScriptedServer closed([](RawSocket&) {});
    closed_port = closed.port();
  }
  const auto client = client_allowing({"127.0.0.0/8"});
  const auto error_of = [&](std::uint16_t port, Duration timeout) {
    HttpCall call;
    call.url = fmt::format("http://127.0.0.1:{}/hook?token=s3cret", port);
    call.headers = {{"Authorization", "Bearer s3cret"}};
    call.timeout = timeout;
    const auto got = client->send(call);
    EXPECT_FALSE(got.has_value());
    EXPECT_THAT(got.error().what, Not(HasSubstr("s3cret")));
    EXPECT_THAT(got.error().what, HasSubstr(fmt::format("127.0.0.1:{}", port)));
    return got.error();
  };
  EXPECT_EQ(error_of(silent.port(), 100ms).code, Errc::timeout);
  EXPECT_THAT(error_of(silent.port(), 100ms).what, HasSubstr("did not answer within 0.1 s"));
  EXPECT_EQ(error_of(broken.port(), 20s).code, Errc::io);
  EXPECT_EQ(error_of(closed_port, 20s).code, Errc::io);
}

TEST(HttpClient, speaks_no_plain_text_where_tls_is_asked) {
  ScriptedServer plain([](RawSocket& peer) {
    peer.receive();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  HttpCall call;
  call.url = fmt::format("https://127.0.0.1:{}/", plain.port());
  EXPECT_EQ(client_allowing({"127.0.0.0/8"})->send(call).error().code, Errc::io);
}

TEST(HttpClient, refuses_headers_and_methods_that_would_break_the_request) {
  Target target([](const HttpRequest&) { return reply(200, ""); });
  const auto client = client_allowing({"127.0.0.0/8"});
  HttpCall call;
  call.url = target.url();
  call.headers = {{"X-A", "b\r\nX-C: d"}};
  EXPECT_EQ(client->send(call).error().code, Errc::invalid);
  call.headers = {{"X A", "b"}};
  EXPECT_EQ(client->send(call).error().code, Errc::invalid);
  call.headers.clear();
  call.method = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(client->send(call).error().code, Errc::invalid);
  EXPECT_EQ(target.last.method, "");
}

}  // namespace
}  // namespace tidemark::net
