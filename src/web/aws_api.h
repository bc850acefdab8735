#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "act/topics.h"
#include "alarm/commands.h"
#include "alarm/mute_commands.h"
#include "base/clock.h"
#include "base/live.h"
#include "base/meter.h"
#include "base/random.h"
#include "judge/detectors.h"
#include "model/sample_sink.h"
#include "net/http_server.h"
#include "store/reader.h"

namespace tidemark::web {

/// What the AWS front door works on.
struct AwsServices {
  SampleSink& sink;
  const store::Reader& reader;
  judge::Judge& judge;
  alarm::AlarmCommands& alarms;
  alarm::MuteCommands& mutes;
  act::Topics& topics;
  const Clock& clock;
  Random& random;
  Meter& meter;
};

/// Secrets by access key id; never shown, never logged.
using AccessKeys = std::map<std::string, std::string, std::less<>>;

struct AwsOptions {
  std::string account_id = "000000000000";
  /// Take metrics of namespaces that begin with "AWS/" (AWS itself refuses them).
  bool accept_reserved_namespaces = false;
  /// Secrets by access key. Null or empty: signatures are not checked.
  const Live<AccessKeys>* access_keys = nullptr;
  /// Threads that answer reading calls.
  std::size_t query_threads = 2;
};

/// Limits of the CloudWatch API (cloudwatch.md d.2), in one place.
struct AwsLimits {
  static constexpr std::size_t kBodyBytes = std::size_t{1} << 20U;  ///< PutMetricData, inflated
  static constexpr std::size_t kMetricsPerCall = 1000;
  static constexpr std::size_t kEntities = 2;  ///< in EntityMetricData
  static constexpr std::size_t kValuesPerMetric = 150;
  static constexpr double kValueMax = 0x1.0p360;
  static constexpr std::size_t kListMetricsPage = 500;
  static constexpr std::size_t kStatisticsDatapoints = 1440;
};

/// The AWS API: CloudWatch, SNS and STS calls in all three wire protocols, each answered by one
/// handler (aws/actions.def).
class AwsApi {
 public:
  AwsApi(AwsServices services, AwsOptions options);
  ~AwsApi();
  AwsApi(const AwsApi&) = delete;
  AwsApi& operator=(const AwsApi&) = delete;

  /// True when the request is meant for this door.
  static bool is_aws(const net::HttpRequest& request);
  /// Answers it; from any thread, at once or later.
  void handle(net::HttpRequest request, net::Respond respond);
  /// Ends the query threads; calls that wait are answered first.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tidemark::web
