#include "net/http_server.h"

#include <atomic>
#include <future>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/worker.h"
#include "net/event_stream.h"
#include "net/raw/raw_peer.h"
#include "testing/manual_clock.h"

namespace tidemark::net {
namespace {

using namespace std::chrono_literals;
using raw::RawSocket;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kGet = "GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n";

HttpResponse text(std::string body) {
  HttpResponse out;
  out.body = std::move(body);
  return out;
}

/// Answers with what was asked.
void echo(HttpRequest request, const Respond& respond) {
  respond(text(fmt::format("{} {} {}", request.method, request.target, request.body)));
}

std::unique_ptr<HttpServer> serve(Handler handler, HttpServerOptions options = {}) {
  auto server = HttpServer::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.has_value()) << server.error().what;
  return std::move(*server);
}

TEST(HttpServer, sends_head_and_body_in_one_segment) {
  const auto server = serve(
      [](const HttpRequest&, const Respond& respond) { respond(text(std::string(1000, 'x'))); });
  RawSocket client = RawSocket::to(server->port());
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(client.send(kGet));
    ASSERT_THAT(client.receive(), EndsWith("\r\n\r\n" + std::string(1000, 'x')));
  }
}

TEST(HttpServer, gives_the_handler_the_request_as_sent) {
  HttpRequest seen;
  const auto server = serve([&seen](HttpRequest request, const Respond& respond) {
    seen = std::move(request);
    respond(text(""));
  });
  RawSocket client = RawSocket::to(server->port());
  EXPECT_THAT(client.ask("PUT /a%20b?x=%31&y HTTP/1.1\r\nhost: x\r\nX-One:  two \r\n"
                         "Content-Length: 3\r\n\r\nabc"),
              StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.target, "/a%20b?x=%31&y");
  EXPECT_EQ(seen.path, "/a%20b");
  EXPECT_EQ(seen.decoded_path().value(), "/a b");
  EXPECT_EQ(seen.query, "x=%31&y");
  EXPECT_EQ(seen.header("x-oNE"), "two");
  EXPECT_EQ(seen.header("absent"), std::nullopt);
  EXPECT_EQ(seen.body, "abc");
  EXPECT_TRUE(seen.from_loopback);
  EXPECT_THAT(seen.peer, StartsWith("127.0.0.1:"));
}

TEST(HttpServer, answers_pipelined_requests_in_order_even_from_another_thread) {
  Worker other("other");
  const auto server = serve([&other](const HttpRequest& request, const Respond& respond) {
    other.post([respond, body = request.target + request.body] { respond(text(body)); });
  });
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(
      client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
                  "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                  "\r\n"  // an empty line before a request is to be ignored
                  "GET /3 HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_THAT(client.receive_answer(), EndsWith("/1"));
  EXPECT_THAT(client.receive_answer(), EndsWith("/2abc"));
  EXPECT_THAT(client.receive_answer(), EndsWith("/3"));
}

TEST(HttpServer, counts_only_the_first_answer) {
  const auto server = serve([](const HttpRequest& request, const Respond& respond) {
    respond(text("first" + request.target));
    respond(text("second"));
  });
  RawSocket client = RawSocket::to(server->port());
  EXPECT_THAT(client.ask("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("first/1"));
  EXPECT_THAT(client.ask("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"), EndsWith("first/2"));
}

TEST(HttpServer, answers_500_for_a_dropped_request_a_throw_and_an_illegal_header) {
  const auto server = serve([](const HttpRequest& request, const Respond& respond) {
    if (request.path == "/throw") throw std::runtime_error("secret detail");
    if (request.path == "/inject") {
      HttpResponse response = text("ok");
      response.headers.push_back({"X-Name", "a\r\nSet-Cookie: b=c"});
      respond(response);
    }
  });
  RawSocket client = RawSocket::to(server->port());
  for (const std::string path : {"/drop", "/throw", "/inject"}) {
    const std::string answer = client.ask("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 ")) << path;
    EXPECT_THAT(answer, HasSubstr(R"({"error":{"code":"internal","message":)")) << path;
    EXPECT_THAT(answer, Not(HasSubstr("secret")));
    EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
  }
}

TEST(HttpServer, sends_no_body_to_head_requests_and_with_204) {
  const auto server = serve([](const HttpRequest& request, const Respond& respond) {
    HttpResponse response = text("12345");
    if (request.path == "/none") response.status = 204;
    respond(response);
  });
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const std::string head = client.receive_to("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Length: 5\r\n"));
  const std::string none = client.ask("GET /none HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(none, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(none, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(client.ask(kGet), EndsWith("\r\n\r\n12345"));
}

TEST(HttpServer, reads_chunked_bodies_however_they_are_cut) {
  const auto server = serve(echo);
  RawSocket client = RawSocket::to(server->port());
  const std::string request =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;note=1\r\nWiki\r\n5\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\nX-Trailer: 1\r\n\r\n";
  for (const char c : request)
    ASSERT_TRUE(client.send(std::string(1, c)));
  EXPECT_THAT(client.receive_answer(), EndsWith("POST / Wikipedia in\r\n\r\nchunks."));
  EXPECT_THAT(client.ask(request + std::string(kGet)), EndsWith("chunks."));
  EXPECT_THAT(client.receive_answer(), EndsWith("GET /a?b=1 "));
}

TEST(HttpServer, asks_for_the_body_when_the_client_waits_for_it) {
  HttpServerOptions options;
  options.limits.body_bytes = 10;
  const auto server = serve(echo, options);
  RawSocket client = RawSocket::to(server->port());
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ";
  ASSERT_TRUE(client.send(head + "3\r\n\r\n"));
  EXPECT_EQ(client.receive_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client.ask("abc"), EndsWith("POST / abc"));
  EXPECT_THAT(client.ask(head + "11\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, closes_for_http_1_0_unless_asked_to_keep_alive) {
  const auto server = serve(echo);
  RawSocket client = RawSocket::to(server->port());
  EXPECT_THAT(client.ask("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
              HasSubstr("Connection: keep-alive\r\n"));
  ASSERT_TRUE(client.send("GET /2 HTTP/1.0\r\n\r\n"));
  const std::string last = client.receive_all();
  EXPECT_THAT(last, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(last, EndsWith("GET /2 "));
}

TEST(HttpServer, answers_a_client_that_stopped_sending) {
  const auto server = serve(echo);
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send(kGet));
  client.end_sending();
  EXPECT_THAT(client.receive_all(), EndsWith("GET /a?b=1 "));
}

TEST(HttpServer, sends_large_bodies_whole) {
  const std::string large(std::size_t{20} << 20, 'y');
  const auto server = serve([&](const HttpRequest& request, const Respond& respond) {
    EXPECT_EQ(request.body, large);
    respond(text(large));
  });
  RawSocket client = RawSocket::to(server->port());
  const std::string head =
      fmt::format("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", large.size());
  EXPECT_THAT(client.ask(head + large), EndsWith("\r\n\r\n" + large));
}

TEST(HttpServer, dates_answers_by_the_machine_clock) {
  tidemark::testing::ManualClock clock{Timestamp::from_s(784111777)};
  HttpServerOptions options;
  options.clock = &clock;
  const auto server = serve(echo, options);
  RawSocket client = RawSocket::to(server->port());
  EXPECT_THAT(client.ask(kGet), HasSubstr("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
}

TEST(HttpServer, says_which_address_is_in_use_or_is_none) {
  const auto server = serve(echo);
  HttpServerOptions options;
  options.port = server->port();
  const auto second = HttpServer::start(options, echo);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Errc::exists);
  EXPECT_EQ(second.error().what,
            fmt::format("cannot listen on 127.0.0.1:{}: address already in use", options.port));
  options.address = "example";
  EXPECT_EQ(HttpServer::start(options, echo).error().code, Errc::invalid);
}

TEST(HttpServer, serves_many_connections_at_once) {
  // Each answer waits until all have asked: none may block another.
  constexpr std::size_t kClients = 200;
  std::mutex mutex;
  std::vector<Respond> waiting;
  const auto server = serve([&](const HttpRequest&, Respond respond) {
    std::vector<Respond> ready;
    const std::lock_guard lock(mutex);
    waiting.push_back(std::move(respond));
    if (waiting.size() == kClients) ready.swap(waiting);
    for (const Respond& each : ready)
      each(text("all"));
  });
  std::vector<RawSocket> clients;
  for (std::size_t i = 0; i < kClients; ++i) {
    clients.push_back(RawSocket::to(server->port()));
    ASSERT_TRUE(clients.back().send(kGet));
  }
  for (RawSocket& client : clients)
    EXPECT_THAT(client.receive_answer(), EndsWith("all"));
}

TEST(HttpServer, lets_requests_begun_finish_when_it_stops) {
  std::promise<Respond> asked;
  HttpServerOptions options;
  options.limits.stop_grace = 1h;
  const auto server =
      serve([&asked](const HttpRequest&, Respond respond) { asked.set_value(std::move(respond)); },
            options);
  RawSocket busy = RawSocket::to(server->port());
  ASSERT_TRUE(busy.send(kGet));
  const Respond respond = asked.get_future().get();
  RawSocket idle = RawSocket::to(server->port());
  Worker stopper("stopper");
  stopper.post([&server] { server->stop(); });
  EXPECT_EQ(idle.receive_all(), "");  // closed at once, so stopping has begun
  respond(text("late"));
  const std::string answer = busy.receive_all();
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("late"));
  stopper.stop();
  EXPECT_FALSE(RawSocket::to(server->port()).connected());
}

TEST(HttpServer, cuts_off_what_is_not_answered_in_time_and_bears_late_answers) {
  std::promise<Respond> asked;
  HttpServerOptions options;
  options.limits.stop_grace = 20ms;
  auto server =
      serve([&asked](const HttpRequest&, Respond respond) { asked.set_value(std::move(respond)); },
            options);
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send(kGet));
  const Respond respond = asked.get_future().get();
  server->stop();
  EXPECT_EQ(client.receive_all(), "");
  respond(text("too late"));
  server.reset();
  respond(text("much too late"));
}

TEST(HttpServer, stops_under_load_without_half_an_answer) {
  const std::string body(5000, 'z');
  HttpServerOptions options;
  options.limits.stop_grace = 1h;
  const auto server =
      serve([&](const HttpRequest&, const Respond& respond) { respond(text(body)); }, options);
  std::atomic<int> answered = 0;
  std::atomic<int> torn = 0;
  std::promise<void> warm;
  std::vector<std::unique_ptr<Worker>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(std::make_unique<Worker>("client"));
    clients.back()->post([&, port = server->port()] {
      RawSocket client = RawSocket::to(port);
      for (;;) {
        const std::string answer = client.ask(kGet);
        if (answer.empty()) return;
        if (!answer.ends_with(body)) ++torn;
        if (++answered == 200) warm.set_value();
      }
    });
  }
  warm.get_future().wait();
  server->stop();
  clients.clear();
  EXPECT_GE(answered, 200);
  EXPECT_EQ(torn, 0);
}

/// Answers each request with the stream given.
Handler streams(const std::shared_ptr<EventStream>& stream) {
  return [stream](const HttpRequest&, const Respond& respond) {
    HttpResponse response;
    response.stream = stream;
    respond(response);
  };
}

TEST(EventStream, sends_what_is_pushed_before_and_after_the_request) {
  const auto stream = std::make_shared<EventStream>();
  EXPECT_TRUE(stream->push("data: early\n\n"));
  const auto server = serve(streams(stream));
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send(kGet));
  const std::string head = client.receive_to("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(client.receive_to("\n\n"), "data: early\n\n");
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(stream->push(fmt::format("data: {}\n\n", i)));
    if (i % 10 == 0) {
      EXPECT_THAT(client.receive_to(fmt::format("data: {}\n\n", i)),
                  EndsWith(fmt::format("data: {}\n\n", i)));
    }
  }
  ASSERT_TRUE(stream->push("data: last\n\n"));
  stream->close();
  EXPECT_FALSE(stream->push("data: never\n\n"));
  EXPECT_THAT(client.receive_all(), EndsWith("data: 99\n\ndata: last\n\n"));
}

TEST(EventStream, sends_comments_while_nothing_is_pushed) {
  HttpServerOptions options;
  options.limits.stream_comment_every = 5ms;
  const auto server = serve(streams(std::make_shared<EventStream>()), options);
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send(kGet));
  client.receive_to("\r\n\r\n");
  EXPECT_THAT(client.receive_to("\n\n"), StartsWith(":"));
  EXPECT_THAT(client.receive_to("\n\n"), StartsWith(":"));
}

TEST(EventStream, is_closed_when_the_peer_leaves) {
  const auto stream = std::make_shared<EventStream>();
  const auto server = serve([&](const HttpRequest& request, const Respond& respond) {
    if (request.path == "/closed") return respond(text(stream->closed() ? "yes" : "no"));
    streams(stream)(request, respond);
  });
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send(kGet));
  client.receive_to("\r\n\r\n");
  EXPECT_FALSE(stream->closed());
  client.close();
  RawSocket other = RawSocket::to(server->port());
  bool closed = false;
  for (int i = 0; i < 100'000 && !closed; ++i) {
    closed = other.ask("GET /closed HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("yes");
  }
  EXPECT_TRUE(closed);
}

TEST(EventStream, ends_at_once_when_the_server_stops) {
  const auto stream = std::make_shared<EventStream>();
  HttpServerOptions options;
  options.limits.stop_grace = 1h;
  const auto server = serve(streams(stream), options);
  RawSocket client = RawSocket::to(server->port());
  ASSERT_TRUE(client.send(kGet));
  client.receive_to("\r\n\r\n");
  server->stop();
  EXPECT_TRUE(stream->closed());
  EXPECT_EQ(client.receive_all(), "");
}

TEST(EventStream, refuses_what_a_slow_peer_has_no_room_for) {
  EventStream stream(10);
  EXPECT_TRUE(stream.push("123456"));
  EXPECT_FALSE(stream.push("12345"));
  EXPECT_TRUE(stream.push("7890"));
  EXPECT_FALSE(stream.closed());
  EXPECT_EQ(stream.take(), "1234567890");
  EXPECT_TRUE(stream.push("more"));
  stream.close();
  EXPECT_EQ(stream.take(), "more");
  EXPECT_EQ(stream.take(), std::nullopt);
}

}  // namespace
}  // namespace tidemark::net
