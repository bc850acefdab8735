// The main flow of the AWS SDK for Go v2, which speaks rpc-v2-cbor: put, detector, data with band,
// alarm, history, delete. usage: flow URL
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatalf("%v", err)
	}
	return value
}

func expect(right bool, format string, args ...any) {
	if !right {
		log.Fatalf(format, args...)
	}
}

func main() {
	ctx := context.Background()
	client := cloudwatch.New(cloudwatch.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(os.Args[1]), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	})
	namespace, name := aws.String("Glue"), aws.String("glue.driver.aggregate.recordsRead")
	dimensions := []types.Dimension{{Name: aws.String("JobName"), Value: aws.String("etl-go")}}
	put := func(at time.Time, value float64) {
		must(client.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: namespace,
			MetricData: []types.MetricDatum{{MetricName: name, Dimensions: dimensions,
				Timestamp: aws.Time(at), Value: aws.Float64(value), Unit: types.StandardUnitCount}}}))
	}

	now := time.Now().UTC().Truncate(time.Hour)
	for hour := 24 * 15; hour > 0; hour-- {
		at := now.Add(-time.Duration(hour) * time.Hour)
		put(at, float64(1000+100*(at.Hour()/12)+(hour*7)%11))
	}
	single := &types.SingleMetricAnomalyDetector{Namespace: namespace, MetricName: name,
		Dimensions: dimensions, Stat: aws.String("Sum")}
	must(client.PutAnomalyDetector(ctx, &cloudwatch.PutAnomalyDetectorInput{SingleMetricAnomalyDetector: single}))
	detectors := must(client.DescribeAnomalyDetectors(ctx, &cloudwatch.DescribeAnomalyDetectorsInput{Namespace: namespace}))
	expect(len(detectors.AnomalyDetectors) == 1 &&
		detectors.AnomalyDetectors[0].StateValue == types.AnomalyDetectorStateValueTrained, "%+v", detectors)

	queries := []types.MetricDataQuery{
		{Id: aws.String("m1"), MetricStat: &types.MetricStat{Period: aws.Int32(3600), Stat: aws.String("Sum"),
			Metric: &types.Metric{Namespace: namespace, MetricName: name, Dimensions: dimensions}}},
		{Id: aws.String("ad1"), Expression: aws.String("ANOMALY_DETECTION_BAND(m1, 2)")}}
	data := must(client.GetMetricData(ctx, &cloudwatch.GetMetricDataInput{MetricDataQueries: queries,
		StartTime: aws.Time(now.Add(-48 * time.Hour)), EndTime: aws.Time(now)}))
	expect(len(data.MetricDataResults) == 3, "%d results", len(data.MetricDataResults))
	for _, result := range data.MetricDataResults {
		expect(len(result.Values) == 48, "%s has %d values", *result.Id, len(result.Values))
	}

	alarm := aws.String("go-alarm")
	must(client.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{AlarmName: alarm, Metrics: queries,
		ComparisonOperator: types.ComparisonOperatorGreaterThanUpperThreshold, EvaluationPeriods: aws.Int32(1),
		ThresholdMetricId: aws.String("ad1")}))
	put(now, 90000)
	state := types.StateValue("")
	for try := 0; try < 200 && state != types.StateValueAlarm; try++ {
		time.Sleep(50 * time.Millisecond)
		found := must(client.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNames: []string{*alarm}}))
		state = found.MetricAlarms[0].StateValue
	}
	expect(state == types.StateValueAlarm, "state is %s", state)
	history := must(client.DescribeAlarmHistory(ctx, &cloudwatch.DescribeAlarmHistoryInput{AlarmName: alarm,
		HistoryItemType: types.HistoryItemTypeStateUpdate}))
	expect(strings.HasSuffix(*history.AlarmHistoryItems[0].HistorySummary, "to ALARM"), "%+v", history)

	_, err := client.SetAlarmState(ctx, &cloudwatch.SetAlarmStateInput{AlarmName: aws.String("nope"),
		StateValue: types.StateValueOk, StateReason: aws.String("x")})
	var refusal smithy.APIError
	expect(errors.As(err, &refusal) && strings.HasPrefix(refusal.ErrorCode(), "ResourceNotFound"), "%v", err)

	must(client.DeleteAlarms(ctx, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{*alarm}}))
	must(client.DeleteAnomalyDetector(ctx, &cloudwatch.DeleteAnomalyDetectorInput{SingleMetricAnomalyDetector: single}))
	fmt.Println("go: flow done")
}
