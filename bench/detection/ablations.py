"""What can be taken out of the detector `tide`, one ingredient at a time: for each the corpora that
it bears on, and the texts of src/learn to replace. `ablate.py --check`, which is one of the
tests, wants each text to stand there exactly once, so this list cannot fall behind the code."""

EVIDENCE, TIDE, SPREAD, RESIDUALS, RECENT = (
    f"tide/{name}.cc" for name in ("evidence", "tide", "spread", "residuals", "recent_forecast"))

# The server holds back what is outside of the band at k = 2, `tidemark detect` what has a high score.
BY_BAND = ("detect_series.cc", "take(last_slot_, *value, answer.score >= kHoldBackScore ? Teach::hold_back : Teach::learn);",
           """const auto issued = detector_->expect(last_slot_);
  const Edges near = issued ? edges_at(*issued, kHoldBackWidth) : Edges{*value, *value};
  take(last_slot_, *value, *value < near.lower || *value > near.upper ? Teach::hold_back : Teach::learn);""")

RECORDS = (EVIDENCE, "kRecordView = 0.2;", "kRecordView = 0;")
LULLS = (EVIDENCE, "return since_ >= pause_ && lull_.begins(burst(seen));", "return lull_.begins(burst(seen)) && since_ < 0;")

BEATS = ("tide/beat.cc", "known_ = trust_ >= kFound && lags_.at(period_) >= kComesBack;", "known_ = trust_ < 0;")

FINDING = {
    "seasons shorter than a day": [BEATS],
    "records": [RECORDS],
    "lulls": [LULLS],
    "records and lulls": [RECORDS, LULLS],
    "how odd it is here": [(EVIDENCE, "kOddLeast = 1.9;", "kOddLeast = 0;")],
    "level": [(EVIDENCE, "std::max(level, kFarView * ranks[far_view])", "kFarView * ranks[far_view]")],
    "far": [(EVIDENCE, "kFarView = 0.6;", "kFarView = 0;")],
    "surprise": [(EVIDENCE, "kSurpriseView = 0.6;", "kSurpriseView = 0;")],
    "stray": [(EVIDENCE, "kStrayView = 0.7;", "kStrayView = 0;")],
    "outright odd": [(EVIDENCE, "kOutright = 8.5;", "kOutright = 1e9;")],
    "quiet time": [(EVIDENCE, "kQuietShare = 0.065;", "kQuietShare = 0;")],
    "same time of the next day": [(EVIDENCE, "kSameTime = 0.05;", "kSameTime = 0;")],
    "a bar that falls": [(EVIDENCE, "kBarLeast = 0.55;", "kBarLeast = 1;")],
    "a threshold that grows": [(EVIDENCE, "kThresholdGrowth = 0.74;", "kThresholdGrowth = 0;")],
    "holding back by score (by band instead)": [BY_BAND],
    "sizes of the newest errors": [(EVIDENCE, "const double odd = here + std::log2(sizes);", "const double odd = here + 0 * sizes;")],
}

BAND = {
    "seasons shorter than a day": [BEATS],
    "least squares (the last value alone)": [(RECENT, "if (count_ >= kNaiveUntil) out += now.correction;", "")],
    "the day's last shape": [(RECENT, "day_last_.learn(at.second_of_day, flat);", "")],
    "the day's mean shape": [(RECENT, "day_mean_.learn(at.second_of_day, lesson.tame - now.lift);", "")],
    "the week's shape": [(RECENT, "week_.learn(at.weekday * kDay + at.second_of_day, lesson.tame - now.lift);", "")],
    "weights by precision": [(RECENT, "std::clamp(unit_ / lesson.scale, 0.05, kPrecisionMax)", "1.0")],
    "scale by the time of day": [(SPREAD, "out.terms[kTimeOfDay] = std::log(ratio(slot));", "out.terms[kTimeOfDay] = 0 * std::log(ratio(slot));")],
    "scale by the foreseen step": [(SPREAD, "out.terms[5] = ", "out.terms[5] = 0 * ")],
    "scale by the height": [(SPREAD, "out.terms[6] = ", "out.terms[6] = 0 * ")],
    "scale that learns its weights": [(SPREAD, "if (count_ > 2 * kCapFrom) learn_blend(before, error);", "")],
    "adaptive levels": [(RESIDUALS, "kLevelStep{0.12, 0.12, 0.08}", "kLevelStep{0, 0, 0}")],
    "one side using what the other leaves": [
        (RESIDUALS, "return kTail[i] + std::max(0.0, kTail[i] - missed_[1 - side][i]);", "return kTail[i] + 0 * missed_[1 - side][i];")],
    "holding back by score (by band instead)": [BY_BAND],
    "reach": [(TIDE, "kRoom = 1.1;", "kRoom = 1e9;")],
    "rims": [("tide/rim.h", "return beyond(edge) && chance_[i] > kTail[i] ? value_ : edge;", "return edge + 0 * chance_[i];")],
    "echoes": [("tide/echo.h", "if (alike(last_week, side)) return true;", "if (last_week > -9) return false;")],
    "wild values held back": [(TIDE, "kWild = 16;", "kWild = 1e300;")],
}

# NAB is scored at each of these, and their mean is told: it moves by a point when a constant moves
# by one part in fifty. By name in the environment, read by the programs that ablate.py builds.
SETTABLE = {
    "ABLATION_THRESHOLD": (EVIDENCE, "constexpr double kThreshold = 2.72;",
                           """const double kThreshold = std::getenv("ABLATION_THRESHOLD") ? std::atof(std::getenv("ABLATION_THRESHOLD")) : 2.72;"""),
    "ABLATION_BAR": (EVIDENCE, "constexpr double kBarFall = 0.5;",
                     """const double kBarFall = std::getenv("ABLATION_BAR") ? std::atof(std::getenv("ABLATION_BAR")) : 0.5;"""),
}
SETTINGS = [(threshold, fall) for threshold in (2.64, 2.72, 2.8) for fall in (0.4, 0.5, 0.6)]
CHOSEN = (2.72, 0.5)
