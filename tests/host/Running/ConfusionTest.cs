using Attune.Host.Running;

namespace Attune.Tests.Running;

[TestClass]
public sealed class ConfusionTest
{
    [TestMethod]
    public void Accuracy_by_class_balanced_accuracy_and_mistakes_are_those_counted_by_hand()
    {
        int[] labels = [0, 0, 0, 0, 1, 1, 2, 2, 2, 2];
        int[] said = [0, 0, 0, 1, 1, 0, 0, 0, 2, 1];
        var confusion = new Confusion(new Predictions(4, labels, said, null), ["cat", "dog"]);
        string[] classes =
        [
            .. confusion.Classes.Select(one => $"{one.Name} {one.Samples} {one.Correct} {one.Accuracy} {one.Said}"),
        ];
        CollectionAssert.AreEqual((string[])["cat 4 3 0.75 6", "dog 2 1 0.5 3", "2 4 1 0.25 1", "3 0 0  0"], classes);
        Assert.AreEqual(0.5, confusion.BalancedAccuracy, 1e-12);
        CollectionAssert.AreEqual(
            (Mistake[])[new(2, 0, 2), new(0, 1, 1), new(1, 0, 1), new(2, 1, 1)],
            confusion.Mistakes.ToArray()
        );
        Assert.AreEqual(2, confusion.Count(2, 0));
        Assert.IsEmpty(confusion.Remarks);
    }

    [TestMethod]
    public void One_class_that_hides_the_others_is_said()
    {
        int[] labels = [.. Enumerable.Repeat(0, 96), 1, 1, 1, 1];
        int[] said = new int[100];
        var confusion = new Confusion(new Predictions(2, labels, said, null), ["good", "bad"]);
        Assert.AreEqual(0.5, confusion.BalancedAccuracy);
        string remark = confusion.Remarks.Single();
        Assert.AreEqual(
            "96.0 % of the samples are of class good: always saying it would have this accuracy; look at the balanced one",
            remark
        );
    }

    [TestMethod]
    public void A_model_that_always_says_one_class_is_said()
    {
        int[] labels = [.. Enumerable.Range(0, 100).Select(sample => sample % 5)];
        var confusion = new Confusion(new Predictions(5, labels, new int[100], null), []);
        StringAssert.StartsWith(confusion.Remarks.Single(), "the model says class 0 to 100.0 % of the samples");
    }

    [TestMethod]
    public void The_area_under_the_curve_counts_equal_logits_half()
    {
        double? Area(int[] labels, sbyte[] logits) =>
            new Predictions(2, labels, new int[labels.Length], logits).AreaUnderCurve;
        // Of the four pairs, three are won and one is equal.
        Assert.AreEqual(3.5 / 4, Area([0, 0, 1, 1], [1, 3, 3, 5])!.Value, 1e-12);
        Assert.AreEqual(1.0, Area([0, 1, 1], [-128, 127, 126])!.Value, 1e-12);
        Assert.AreEqual(0.5, Area([0, 1], [7, 7])!.Value, 1e-12);
        Assert.IsNull(Area([1, 1], [1, 2]));
    }

    [TestMethod]
    public void The_area_under_the_curve_is_that_of_all_pairs()
    {
        var random = new Random(5);
        int[] labels = [.. Enumerable.Range(0, 200).Select(_ => random.Next(2))];
        sbyte[] logits = [.. labels.Select(label => (sbyte)(random.Next(-20, 20) + 6 * label))];
        var pairs =
            from one in Enumerable.Range(0, 200)
            from other in Enumerable.Range(0, 200)
            where labels[one] == 1 && labels[other] == 0
            select logits[one] > logits[other] ? 1.0
            : logits[one] == logits[other] ? 0.5
            : 0;
        double expected = pairs.Average();
        Assert.AreEqual(expected, new Predictions(2, labels, labels, logits).AreaUnderCurve!.Value, 1e-12);
    }
}
