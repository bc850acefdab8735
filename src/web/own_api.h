#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "act/topics.h"
#include "alarm/commands.h"
#include "alarm/mute_commands.h"
#include "base/clock.h"
#include "base/meter.h"
#include "base/random.h"
#include "judge/detectors.h"
#include "model/control_store.h"
#include "model/problem.h"
#include "net/http_server.h"
#include "store/reader.h"

namespace tidemark::web {

/// What Tidemark's own API works on.
struct OwnServices {
  const store::Reader& reader;
  judge::Judge& judge;
  alarm::AlarmCommands& alarms;
  alarm::MuteCommands& mutes;
  act::Topics& topics;
  ControlStore& control;
  const Clock& clock;
  Random& random;
};

struct OwnOptions {
  std::string version;
  std::string account_id = "000000000000";
  bool clock_is_frozen = false;
  bool always_on = true;  ///< every series is watched without a detector
  std::size_t query_threads = 2;
  /// "http://HOST:PORT" values that a browser may name as Origin of a write.
  std::vector<std::string> origins;
  /// What a person must see to; not set: nothing.
  std::function<std::vector<Problem>()> problems;
  Meter* meter = nullptr;  ///< requests by path and outcome
};

/// `/api/tidemark/v1/…` as docs/api.md describes it.
class OwnApi {
 public:
  OwnApi(OwnServices services, OwnOptions options);
  ~OwnApi();
  OwnApi(const OwnApi&) = delete;
  OwnApi& operator=(const OwnApi&) = delete;

  static bool is_own(const net::HttpRequest& request);
  void handle(net::HttpRequest request, net::Respond respond);
  /// Tell the open event streams. From any thread.
  void tell_transition(const std::string& alarm_name, const std::string& new_state);
  /// At most one event a second leaves.
  void tell_samples();
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tidemark::web
