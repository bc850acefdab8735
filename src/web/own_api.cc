#include "web/own_api.h"

#include <atomic>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "base/worker.h"
#include "net/event_stream.h"
#include "web/outcome.h"
#include "web/own/context.h"
#include "web/own/members.h"

namespace tidemark::web {
namespace {

using own::Answer;
using own::ApiError;
using own::Context;
using own::json;

constexpr std::string_view kPrefix = "/api/tidemark/";
constexpr std::string_view kRoot = "/api/tidemark/v1";
constexpr std::size_t kQueueMax = 256;
/// Requests that may take seconds and wait for their turn.
constexpr std::size_t kLongMax = 16;
/// Requests of one session take each other's place (docs/api.md).
constexpr std::string_view kSessionHeader = "x-tidemark-session";
constexpr std::size_t kSessionMaxBytes = 64;
constexpr std::size_t kStreamsMax = 200;
constexpr Duration kSamplesEvery = std::chrono::seconds(1);

/// A path of the API; "*" stands for a name or an id.
struct Route {
  std::string_view method;
  std::string_view path;
  Answer (*handler)(const Context&);
  int status;
  /// What the body of a write may have.
  own::Members members = {};
  /// May take seconds: runs on a worker of its own, so that no page waits behind it.
  bool is_long = false;
};
constexpr Route kRoutes[] = {
    {"GET", "/status", own::get_status, 200},
    {"GET", "/now", own::get_now, 200},
    {"GET", "/metrics", own::get_metrics, 200},
    {"GET", "/chart", own::get_chart, 200},
    {"GET", "/topics", own::get_topics, 200},
    {"GET", "/alarms", own::get_alarms, 200},
    {"POST", "/alarms", own::post_alarm, 201, own::kAlarmMembers},
    {"GET", "/alarms/*", own::get_alarm, 200},
    {"PUT", "/alarms/*", own::put_alarm, 200, own::kAlarmMembers},
    {"DELETE", "/alarms/*", own::delete_alarm, 204},
    {"GET", "/alarms/*/history", own::get_alarm_history, 200},
    {"GET", "/alarms/*/deliveries", own::get_alarm_deliveries, 200},
    {"POST", "/alarms/*/actions", own::post_alarm_actions, 200, own::kActionsMembers},
    {"PUT", "/alarms/*/width", own::put_alarm_width, 200, own::kWidthMembers},
    {"GET", "/mutes", own::get_mutes, 200},
    {"PUT", "/mutes/*", own::put_mute, 200, own::kMuteMembers},
    {"DELETE", "/mutes/*", own::delete_mute, 204},
    {"GET", "/detectors", own::get_detectors, 200},
    {"POST", "/detectors", own::post_detector, 200, own::kNewDetectorMembers},
    {"GET", "/detectors/*", own::get_detector, 200},
    {"PUT", "/detectors/*", own::put_detector, 200, own::kDetectorMembers},
    {"DELETE", "/detectors/*", own::delete_detector, 204},
    {"POST", "/missed", own::post_missed, 200, own::kMissedMembers},
    {"GET", "/calendars", own::get_calendars, 200},
    {"GET", "/calendars/*", own::get_calendar, 200},
    {"PUT", "/calendars/*", own::put_calendar, 200, own::kCalendarMembers},
    {"DELETE", "/calendars/*", own::delete_calendar, 204},
    {"GET", "/findings", own::get_findings, 200},
    {"GET", "/findings/*", own::get_finding, 200},
    {"GET", "/findings/*/why", own::get_finding_why, 200},
    {"POST", "/findings/*/verdict", own::post_verdict, 200, own::kVerdictMembers},
    {"DELETE", "/findings/*/verdict", own::delete_verdict, 200},
    {"POST", "/backtest", own::post_backtest, 200, own::kBacktestMembers, true},
    {"POST", "/backtest/team", own::post_team_backtest, 200, own::kTeamMembers, true},
};

/// nullopt: no match. Else what "*" stood for, still percent-encoded.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    return pattern == path ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view head = pattern.substr(0, star);
  const std::string_view tail = pattern.substr(star + 1);
  if (path.size() <= head.size() + tail.size() || !path.starts_with(head) ||
      !path.ends_with(tail)) {
    return std::nullopt;
  }
  const std::string_view name = path.substr(head.size(), path.size() - head.size() - tail.size());
  return name.find('/') == std::string_view::npos ? std::optional(name) : std::nullopt;
}

struct Found {
  const Route* route = nullptr;
  std::string name;
  bool other_method = false;
};

Found find_route(const net::HttpRequest& request) {
  Found out;
  const std::string_view path = std::string_view(request.path).substr(kRoot.size());
  for (const Route& route : kRoutes) {
    const auto name = match(route.path, path);
    if (!name) continue;
    const bool head = request.method == "HEAD" && route.method == "GET";
    if (route.method != request.method && !head) {
      out.other_method = true;
      continue;
    }
    out.route = &route;
    out.name = net::percent_decode(*name).value_or("");
    return out;
  }
  return out;
}

net::HttpResponse make_response(int status, std::string body, const std::string& request_id) {
  net::HttpResponse out;
  out.status = status;
  out.headers = {{"Cache-Control", "no-store"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"x-request-id", request_id}};
  if (status != 204) out.headers.push_back({"Content-Type", "application/json"});
  out.body = std::move(body);
  return out;
}

std::string dump(const json& body) {
  // Names may hold bytes that are no UTF-8; they are shown as replacement characters.
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

net::HttpResponse error_response(const ApiError& error, const std::string& request_id) {
  json inner{{"code", error.code}, {"message", error.message}, {"request_id", request_id}};
  if (!error.field.empty()) inner["field"] = error.field;
  auto out = make_response(error.status, dump({{"error", inner}}), request_id);
  if (error.status == 503) out.headers.push_back({"Retry-After", "1"});
  return out;
}

}  // namespace

struct OwnApi::State {
  State(OwnServices s, OwnOptions o) : services(s), options(std::move(o)) {
    for (std::size_t i = 0; i < options.query_threads; ++i) {
      workers.push_back(std::make_unique<Worker>("tm-page-" + std::to_string(i), kQueueMax));
    }
  }

  /// A page of another origin must not change anything with the user's reach (CSRF).
  [[nodiscard]] bool is_cross_origin(const net::HttpRequest& request) const {
    if (const auto site = request.header("sec-fetch-site")) {
      if (*site != "same-origin" && *site != "none") return true;
    }
    const auto origin = request.header("origin");
    if (!origin) return false;
    const std::string own = "http://" + std::string(request.header("host").value_or(""));
    return *origin != own && std::find(options.origins.begin(), options.origins.end(), *origin) ==
                                 options.origins.end();
  }

  [[nodiscard]] net::HttpResponse run(const Route& route,
                                      const std::string& name,
                                      const net::HttpRequest& request,
                                      const std::string& request_id,
                                      const std::atomic<bool>& stop) const {
    const auto params = net::parse_query(request.query);
    if (!params) return error_response({400, "invalid_field", params.error().what, ""}, request_id);
    json body;
    if (route.method == "POST" || route.method == "PUT") {
      body = json::parse(request.body, nullptr, false);
      if (!body.is_object()) {
        return error_response({400, "invalid_json", "the body must be a JSON object", ""},
                              request_id);
      }
      if (const auto unknown = own::refuse_unknown(body, route.members))
        return error_response(*unknown, request_id);
    }
    const auto answer = route.handler(Context{services, options, *params, name, body, stop});
    if (!answer) return error_response(answer.error(), request_id);
    return make_response(route.status, route.status == 204 ? "" : dump(*answer), request_id);
  }

  /// run(), counted with its time.
  [[nodiscard]] net::HttpResponse serve(const Route& route,
                                        const std::string& name,
                                        const net::HttpRequest& request,
                                        const std::string& request_id,
                                        const std::atomic<bool>& stop) const {
    const Instant start = services.clock.now();
    auto out = run(route, name, request, request_id, stop);
    if (options.meter == nullptr) return out;
    const std::string labels = fmt::format("method=\"{}\",path=\"{}\"", route.method, route.path);
    const char* const outcome = outcome_of(out.status);
    options.meter
        ->counter(fmt::format("tidemark_api_requests_total{{{},outcome=\"{}\"}}", labels, outcome))
        .add();
    options.meter->counter(fmt::format("tidemark_api_request_seconds_total{{{}}}", labels))
        .add(std::chrono::duration<double>(services.clock.now() - start).count());
    return out;
  }

  /// Begins a long request: ends the one of the same session that is still at work. The flag tells
  /// the new one when it is to end.
  std::shared_ptr<std::atomic<bool>> begin_long(const std::string& session) {
    auto stop = std::make_shared<std::atomic<bool>>(false);
    const std::lock_guard lock(mutex);
    auto& newest = sessions[session];
    if (newest) *newest = true;
    *stop = stopping;
    newest = stop;
    return stop;
  }
  void end_long(const std::string& session, const std::shared_ptr<std::atomic<bool>>& stop) {
    const std::lock_guard lock(mutex);
    const auto found = sessions.find(session);
    if (found != sessions.end() && found->second == stop) sessions.erase(found);
  }
  void stop_long() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      for (auto& [session, stop] : sessions)
        *stop = true;
    }
    long_worker.stop();
  }

  void open_stream(const net::Respond& respond, const std::string& request_id) {
    auto stream = std::make_shared<net::EventStream>();
    {
      const std::lock_guard lock(mutex);
      std::erase_if(streams, [](const auto& open) { return open->closed(); });
      if (streams.size() >= kStreamsMax) {
        return respond(
            error_response({503, "overloaded", "too many event streams are open", ""}, request_id));
      }
      streams.push_back(stream);
    }
    [[maybe_unused]] const bool sent = stream->push(": connected\n\n");
    auto out = make_response(200, "", request_id);
    out.headers.back() = {"Content-Type", "text/event-stream"};
    out.stream = std::move(stream);
    respond(std::move(out));
  }

  void tell(const std::string& event, const json& data) {
    const std::string text = fmt::format("event: {}\ndata: {}\n\n", event, dump(data));
    std::vector<std::shared_ptr<net::EventStream>> open;
    {
      const std::lock_guard lock(mutex);
      std::erase_if(streams, [](const auto& stream) { return stream->closed(); });
      open = streams;
    }
    for (const auto& stream : open) {
      // A reader too slow to take it must begin anew: it would show a stale page for ever.
      if (!stream->push(text)) stream->close();
    }
  }

  OwnServices services;
  OwnOptions options;
  std::vector<std::unique_ptr<Worker>> workers;
  Worker long_worker{"tm-page-long", kLongMax};
  std::atomic<std::size_t> next_worker{0};
  const std::atomic<bool> never_stop{false};
  std::mutex mutex;
  bool stopping = false;                                               // guarded by mutex
  std::map<std::string, std::shared_ptr<std::atomic<bool>>> sessions;  // guarded by mutex
  std::vector<std::shared_ptr<net::EventStream>> streams;              // guarded by mutex
  Instant samples_told;                                                // guarded by mutex
};

OwnApi::OwnApi(OwnServices services, OwnOptions options)
    : state_(std::make_shared<State>(services, std::move(options))) {}

OwnApi::~OwnApi() {
  stop();
}

bool OwnApi::is_own(const net::HttpRequest& request) {
  return request.path.starts_with(kPrefix);
}

void OwnApi::handle(net::HttpRequest request, net::Respond respond) {
  const std::string request_id = make_uuid(state_->services.random);
  const auto refuse = [&](int status, std::string code, std::string message) {
    respond(error_response({status, std::move(code), std::move(message), ""}, request_id));
  };
  if (!request.path.starts_with(kRoot)) {
    return refuse(404, "not_found", "there is nothing at " + request.path);
  }
  if (request.path == std::string(kRoot) + "/events" && request.method == "GET") {
    return state_->open_stream(respond, request_id);
  }
  const Found found = find_route(request);
  if (found.route == nullptr) {
    if (found.other_method) {
      return refuse(
          405, "method_not_allowed", request.method + " is not served at " + request.path);
    }
    return refuse(404, "not_found", "there is nothing at " + request.path);
  }
  if (found.route->method != "GET" && state_->is_cross_origin(request)) {
    return refuse(403, "cross_origin", "a page of another origin may not change anything here");
  }
  auto shared = std::make_shared<net::HttpRequest>(std::move(request));
  if (found.route->is_long) {
    const std::string_view named = shared->header(kSessionHeader).value_or("");
    const bool is_name = !named.empty() && named.size() <= kSessionMaxBytes;
    const std::string session = is_name ? std::string(named) : request_id;
    const auto stop = state_->begin_long(session);
    const bool taken = state_->long_worker.try_post([=, state = state_] {
      respond(state->serve(*found.route, found.name, *shared, request_id, *stop));
      state->end_long(session, stop);
    });
    if (taken) return;
    state_->end_long(session, stop);
    return refuse(503, "overloaded", "too many long requests wait; try again");
  }
  auto& worker = state_->workers[state_->next_worker++ % state_->workers.size()];
  const bool taken = worker->try_post([state = state_, found, shared, respond, request_id] {
    respond(state->serve(*found.route, found.name, *shared, request_id, state->never_stop));
  });
  if (!taken) refuse(503, "overloaded", "too many requests wait; try again");
}

void OwnApi::tell_transition(const std::string& alarm_name, const std::string& new_state) {
  state_->tell("transition", {{"alarm", alarm_name}, {"new_state", new_state}});
}

void OwnApi::tell_samples() {
  {
    const std::lock_guard lock(state_->mutex);
    const Instant now = state_->services.clock.now();
    if (state_->streams.empty() || now - state_->samples_told < kSamplesEvery) return;
    state_->samples_told = now;
  }
  state_->tell("samples", {{"at", own::time_text(state_->services.clock.wall())}});
}

void OwnApi::stop() {
  for (auto& worker : state_->workers)
    worker->stop();
  state_->stop_long();
}

}  // namespace tidemark::web
