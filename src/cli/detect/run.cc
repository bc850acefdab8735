#include "cli/detect/run.h"

#include <cmath>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "cli/detect/reason.h"
#include "cli/rows/csv_field.h"
#include "cli/rows/row_reader.h"
#include "learn/counter_rate.h"
#include "learn/detect_series.h"

namespace tidemark::cli::detect {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;

/// Holds back small writes until there is enough, or until more input is asked for.
class Buffer {
 public:
  explicit Buffer(rows::ByteOutput& out) : out_(out) {}
  std::string& text() { return text_; }
  Result<void> flush() {
    const auto done = out_.write(text_);
    text_.clear();
    return done;
  }
  Result<void> flush_if_full() {
    if (text_.size() < kBufferBytes) return {};
    return flush();
  }

 private:
  rows::ByteOutput& out_;
  std::string text_;
};

class FlushingInput final : public rows::ByteInput {
 public:
  FlushingInput(rows::ByteInput& in, Buffer& buffer) : in_(in), buffer_(buffer) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    TM_TRY_VOID(buffer_.flush());
    TM_TRY(const std::size_t got, in_.read(to, size));
    bytes_ += got;
    return got;
  }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  rows::ByteInput& in_;
  Buffer& buffer_;
  std::uint64_t bytes_ = 0;
};

/// A limit of the band: ±infinity, beyond the doubles, is written as the largest one.
double shown(double value) {
  if (std::isfinite(value)) return value;
  return std::copysign(std::numeric_limits<double>::max(), value);
}

void append_row(const rows::Row& row, const learn::DetectRow& judged, std::string* out) {
  auto to = std::back_inserter(*out);
  fmt::format_to(to, "{},{},", row.time_text, row.value_text);
  if (judged.has_band) {
    fmt::format_to(
        to, "{},{},{},", shown(judged.lower), shown(judged.expected), shown(judged.upper));
  } else {
    out->append(",,,");
  }
  fmt::format_to(to, "{:.6g}", judged.score);
}

/// Judges one row after the other.
class Judge {
 public:
  Judge(learn::SeriesDetector detector, FindingRules rules, const Settings& settings)
      : detector_(std::move(detector)),
        rules_(std::move(rules)),
        reasons_(rules_),
        counter_(settings.counter),
        explain_(settings.explain),
        // Which side a drift lies on takes the memory of reasons to say.
        needs_reasons_(explain_ || settings.counts_all || settings.picture != nullptr ||
                       settings.choices.own.watch != judge::Watch::both),
        picture_(settings.picture) {}

  [[nodiscard]] std::string_view header() const {
    return explain_ ? "timestamp,value,lower,expected,upper,score,finding,reason\n"
                    : "timestamp,value,lower,expected,upper,score\n";
  }
  void next(const rows::Row& read, std::string* out) {
    const rows::Row& row = counter_ ? rate_of(read) : read;
    learn::DetectRow judged = detector_.next(row.at, row.value);
    const RowPlace place = place_of(row.at);
    bool finding = !place.say.mute && row.value && rules_.is_odd(*row.value, judged);
    std::string reason;
    if (needs_reasons_) {
      reason = reasons_.next(row.at, row.value, judged, place);
      finding = reasons_.is_finding();
    }
    if (place.say.mute || reasons_.is_unwatched() || !row.value) judged.score = 0;
    if (counter_) say_counted(read, judged, &reason);
    ++tally_.rows;
    tally_.values += row.value ? 1 : 0;
    tally_.late += judged.fate == learn::RowFate::late ? 1 : 0;
    tally_.findings += finding ? 1 : 0;
    append_row(row, judged, out);
    if (picture_ != nullptr) draw(row, judged, finding, reason);
    if (explain_) {
      out->append(finding ? ",1," : ",0,");
      out->append(rows::csv_field(reason));
    }
    out->push_back('\n');
  }
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  /// The row with the increase a second in place of the counter's value, if there is one.
  const rows::Row& rate_of(const rows::Row& read) {
    rate_row_ = read;
    rate_row_.value.reset();
    if (read.value) rate_row_.value = rates_.next(read.at, *read.value);
    rate_row_.value_text = rate_row_.value ? fmt::format("{}", *rate_row_.value) : "";
    return rate_row_;
  }
  void draw(const rows::Row& row,
            const learn::DetectRow& judged,
            bool finding,
            const std::string& reason) {
    picture_->add(row.at, row.value, judged, finding ? std::optional(reason) : std::nullopt);
  }
  void say_counted(const rows::Row& read,
                   const learn::DetectRow& judged,
                   std::string* reason) const {
    if (!rate_row_.value && read.value) *reason = "no increase: " + no_rate_words(judged);
    if (rate_row_.value && !reason->empty()) *reason += "; values are increases a second";
  }
  [[nodiscard]] static std::string no_rate_words(const learn::DetectRow& judged) {
    if (judged.fate == learn::RowFate::late) return "older than a row before it";
    return "the first value, one of the time before, or no counter's";
  }

  [[nodiscard]] RowPlace place_of(Timestamp at) {
    const int offset_s = detector_.offset_s(at);
    // Before the cadence is known a row is an instant.
    const auto cadence = detector_.cadence();
    return {cadence, offset_s, rules_.policy->of(at, cadence.value_or(Duration(1)), offset_s)};
  }

  learn::SeriesDetector detector_;
  FindingRules rules_;
  ReasonWriter reasons_;
  learn::CounterRate rates_;
  rows::Row rate_row_;
  Tally tally_;
  bool counter_;
  bool explain_;
  bool needs_reasons_;
  plot::Picture* picture_;
};

Result<Judge> make_judge(const Settings& settings) {
  judge::DetectorSpec spec;
  spec.choices = settings.choices;
  const auto policy = std::make_shared<const judge::PeriodPolicy>(spec);
  learn::DetectOptions options;
  options.detector = settings.detector;
  options.config =
      judge::model_config(settings.choices, options.config.cadence, policy->special_kinds());
  options.k = settings.by_width ? policy->width() : learn::k_from_confidence(settings.confidence);
  options.timezone = settings.choices.timezone;
  options.excluded = [policy](Timestamp at, Duration cadence, int offset_s) {
    return policy->of(at, cadence, offset_s).exclude;
  };
  options.special = [policy](Timestamp at, Duration cadence, int offset_s) {
    return policy->of(at, cadence, offset_s).special;
  };
  TM_TRY(auto detector, learn::SeriesDetector::make(std::move(options)));
  return Judge(std::move(detector), {policy, settings.by_width}, settings);
}

Result<void> judge_all(rows::RowReader& reader,
                       Judge& judge,
                       Buffer& buffer,
                       const std::function<void()>& after_row) {
  for (bool first = true;; first = false) {
    TM_TRY(const rows::Row* row, reader.next());
    if (first) buffer.text() += judge.header();
    if (row == nullptr) return {};
    judge.next(*row, &buffer.text());
    after_row();
    TM_TRY_VOID(buffer.flush_if_full());
  }
}

}  // namespace

Result<Tally> run(rows::ByteInput& in,
                  const std::string& name,
                  const Settings& settings,
                  rows::ByteOutput& out) {
  TM_TRY(auto judge, make_judge(settings));
  Buffer buffer(out);
  FlushingInput flushing(in, buffer);
  rows::RowReader reader(flushing, name);
  const auto judged = judge_all(reader, judge, buffer, [&] {
    if (settings.progress != nullptr)
      settings.progress->update(flushing.bytes(), judge.tally().rows);
  });
  // What was judged before an error is written too.
  TM_TRY_VOID(buffer.flush());
  TM_TRY_VOID(judged);
  return judge.tally();
}

}  // namespace tidemark::cli::detect
