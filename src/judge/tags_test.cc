#include "judge/tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "judge/findings.h"
#include "judge/why.h"
#include "judge/world_test.h"
#include "model/limits.h"

namespace tidemark::judge {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Result<DetectorChoices> read(const nlohmann::json& tags) {
  TM_TRY(auto choices, choices_from_json({{"tags", tags}}, {}));
  TM_TRY_VOID(check_choices(choices));
  return choices;
}
std::string refusal(const nlohmann::json& tags) {
  const auto made = read(tags);
  return made ? "taken" : made.error().what;
}

nlohmann::json many(std::size_t count) {
  nlohmann::json out = nlohmann::json::object();
  for (std::size_t i = 0; i < count; ++i)
    out["k" + std::to_string(i)] = "v";
  return out;
}

TEST(Tags, are_taken_up_to_the_limits_and_refused_beyond_with_field_and_limit) {
  const std::string key(limits::kTagKeyMaxBytes, 'k'), value(limits::kTagValueMaxBytes, 'v');
  EXPECT_EQ(read({{key, value}, {"o", ""}})->own.tags, (Tags{{key, value}, {"o", ""}}));
  EXPECT_EQ(read(many(limits::kTagsMax))->own.tags.size(), limits::kTagsMax);
  EXPECT_EQ(refusal(many(limits::kTagsMax + 1)), "tags has 51 keys, limit 50");
  EXPECT_EQ(refusal({{"", "x"}}), "tags: a key has 1 to 128 bytes, '' has 0");
  EXPECT_THAT(refusal({{key + "k", "x"}}), StartsWith("tags: a key has 1 to 128 bytes, 'kkk"));
  EXPECT_EQ(refusal({{"owner", value + "v"}}), "tags.owner has 257 bytes, limit 256");
  EXPECT_EQ(refusal({{"cost", 7}}), "tags.cost must be a text");
  for (const char* other : {"[]", "null", "\"owner\"", "1"}) {
    EXPECT_EQ(refusal(nlohmann::json::parse(other)), "tags must be an object of texts") << other;
  }
}

TEST(Tags, stay_where_nothing_is_said_of_them_and_are_replaced_as_a_whole) {
  DetectorChoices base;
  base.own.tags = {{"owner", "finance"}, {"cost", "7"}};
  EXPECT_EQ(choices_from_json({{"width", 2}}, base)->own.tags, base.own.tags);
  EXPECT_EQ(choices_from_json({{"tags", {{"owner", "ops"}}}}, base)->own.tags,
            (Tags{{"owner", "ops"}}));
  EXPECT_TRUE(choices_from_json({{"tags", nlohmann::json::object()}}, base)->own.tags.empty());
}

class TagsTest : public JudgeTest {
 protected:
  static DetectorChoices tagged(Tags tags) {
    DetectorChoices out;
    out.own.tags = std::move(tags);
    return out;
  }
};

// The word is kept by one note and nothing else: no model is begun, so none is put in place.
TEST_F(TagsTest, change_neither_models_nor_revision_nor_receipts) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 9);
  put(24 * 9, 900);
  put_hours(24 * 9 + 1, 24 * 9 + 3);
  const FindingBook::Deps deps{*judge_, *store_, *control_, clock_};
  const auto found = FindingBook(deps).list({});
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->empty());
  const std::string id = to_id(found->front().ref);
  const auto before = explain(deps, id);
  ASSERT_TRUE(before);
  ASSERT_TRUE(before->reproduced) << before->difference;

  const auto sequence = store_->sequence();
  const auto spec = judge_->put(target(), tagged({{"owner", "finance"}}), {});
  ASSERT_TRUE(spec);
  EXPECT_EQ(store_->sequence(), sequence + 1);
  EXPECT_EQ(spec->revision, 1U);
  EXPECT_TRUE(spec->former.empty());
  EXPECT_EQ(spec->choices.own.tags, (Tags{{"owner", "finance"}}));
  const auto after = explain(deps, id);
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->reproduced) << after->difference;
  EXPECT_EQ(to_json(after->receipt), to_json(before->receipt));
  EXPECT_THAT(to_json(after->receipt), Not(HasSubstr("tags")));

  // Said again it is nothing at all; with another choice beside it the models are made anew.
  ASSERT_TRUE(judge_->put(target(), spec->choices, {}));
  EXPECT_EQ(store_->sequence(), sequence + 1);
  DetectorChoices wider = spec->choices;
  wider.own.width = 4;
  const auto changed = judge_->put(target(), wider, {});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->revision, 2U);
  EXPECT_EQ(changed->former, (std::vector<FormerChoices>{{1, {}, {}}}));
  EXPECT_GT(store_->sequence(), sequence + 2);
}

TEST_F(TagsTest, live_on_through_flush_and_restart_and_bands_go_on_bit_for_bit) {
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 24 * 6);
  const auto plain = bands(0, 24 * 6);
  TearDown();
  begin_anew();
  ASSERT_TRUE(judge_->put(target(), {}, {kHour}));
  put_hours(0, 50);
  ASSERT_TRUE(judge_->put(target(), tagged({{"owner", "finance"}}), {}));
  put_hours(50, 60);
  restart();  // the note is in the log alone
  EXPECT_EQ(judge_->find(target())->spec.choices.own.tags, (Tags{{"owner", "finance"}}));
  put_hours(60, 70);
  ASSERT_TRUE(store_->flush());
  restart();  // ... and now in the checkpoint
  EXPECT_EQ(judge_->find(target())->spec.choices.own.tags, (Tags{{"owner", "finance"}}));
  EXPECT_EQ(judge_->find(target())->spec.revision, 1U);
  put_hours(70, 24 * 6);
  const auto with_tags = bands(0, 24 * 6);
  ASSERT_EQ(with_tags.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i)
    EXPECT_EQ(with_tags[i].band, plain[i].band) << i;
}

TEST(Tags, a_document_from_before_there_were_any_is_read) {
  DetectorSpec spec;
  spec.id = "id";
  spec.target.metric = kMetric;
  spec.target.stat = *parse_statistic("Sum");
  auto old = nlohmann::json::parse(to_json(spec));
  ASSERT_EQ(old["choices"].erase("tags"), 1U);
  EXPECT_EQ(*detector_spec_from_json(old.dump()), spec);
}

}  // namespace
}  // namespace tidemark::judge
