#include "server/config_verdicts.h"

#include <algorithm>
#include <optional>

#include "server/config_target.h"

namespace tidemark::server {
namespace {

using judge::ConfiguredVerdict;
using judge::Verdict;
using yaml::Mistake;

yaml::Read verdict(std::optional<Verdict>* to) {
  return [to](const YAML::Node& node) {
    *to = judge::parse_verdict(yaml::scalar(node));
    if (!*to) {
      throw Mistake{node.Mark(),
                    fmt::format("'{}' is none of expected, real, known, reviewed, missed",
                                node.Scalar().substr(0, 60))};
    }
  };
}

yaml::Read time(std::optional<Timestamp>* to) {
  return [to](const YAML::Node& node) {
    *to = parse_rfc3339(yaml::scalar(node));
    if (!*to) throw Mistake{node.Mark(), "expected a time such as 2026-12-24T00:00:00Z"};
  };
}

ConfiguredVerdict read_verdict(const YAML::Node& node, const std::string& account) {
  ConfiguredVerdict out;
  TargetFields target;
  std::optional<Verdict> said;
  std::optional<Timestamp> from, to;
  yaml::Fields fields{{"finding", yaml::text(&out.finding)},
                      {"verdict", verdict(&said)},
                      {"comment", yaml::text(&out.comment)},
                      {"from", time(&from)},
                      {"to", time(&to)}};
  target.add_to(&fields);
  yaml::read_map(node, fields);
  if (!said) throw Mistake{node.Mark(), "a verdict is needed"};
  out.verdict = *said;
  const bool is_missed = out.verdict == Verdict::missed;
  if (is_missed && (!from || !to || !(*from < *to) || !out.finding.empty())) {
    throw Mistake{node.Mark(), "missed is about a window: from and to behind it, and no finding"};
  }
  if (!is_missed && (out.finding.empty() || from || to || !target.empty())) {
    throw Mistake{node.Mark(), "this verdict needs a finding's id, and neither window nor metric"};
  }
  if (is_missed) {
    out.from = *from;
    out.to = *to;
    out.target = std::move(target).target(node, account);
  }
  if (out.comment.size() > judge::kCommentMaxBytes) {
    throw Mistake{node.Mark(),
                  fmt::format("comment has more than {} bytes", judge::kCommentMaxBytes)};
  }
  return out;
}

}  // namespace

void read_verdicts(const YAML::Node& node,
                   const std::string& account,
                   std::vector<ConfiguredVerdict>* to) {
  if (node.IsNull()) return;
  if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list of verdicts"};
  for (const auto& item : node) {
    auto read = read_verdict(item, account);
    const bool is_twice = std::any_of(to->begin(), to->end(), [&](const ConfiguredVerdict& each) {
      return each.finding == read.finding && each.target == read.target && each.from == read.from &&
             each.to == read.to;
    });
    if (is_twice) throw Mistake{item.Mark(), "of this there is a verdict above already"};
    to->push_back(std::move(read));
  }
}

}  // namespace tidemark::server
