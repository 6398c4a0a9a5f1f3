using Attune.Adaptation;
using Attune.Execution;
using Attune.Memory;
using Attune.Model;
using Attune.Runs;
using Attune.Training;
using nanoFramework.TestFramework;

namespace Attune.Device.Tests
{
    /// <summary>The plan of the arena: all that a run touches, and a refusal where there is less.</summary>
    [TestClass]
    public class PlanTest
    {
        private const string Job = "layers = all\nepochs = 1\nbatch = 4\nqueries = 6\narena = ";

        [TestMethod]
        public void A_run_touches_what_is_planned_and_no_more()
        {
            using (Card card = Open(Job + 8192))
            {
                Assert.IsTrue(card.Run.Run(new Countdown(1000)));
                Assert.AreEqual(card.Run.Session.PlannedPeak, card.Run.Session.MeasuredPeak);
            }
        }

        [TestMethod]
        public void The_parts_of_a_plan_add_up_to_its_peak()
        {
            using (Arena arena = TinyCard.Open(8192))
            {
                QuantizedModel model = new QuantizedModel(arena);
                TrainingJob job = TrainingJob.Parse(Job + 8192);
                MemoryPlan plan = JobPlans.ForTraining(model, arena, job, LayerChoice.All, true);
                int sum = 0;
                for (int item = 0; item < plan.ItemCount; item++)
                {
                    sum += plan.ItemBytes(item);
                }
                Assert.AreEqual(plan.Peak, sum);
                // 12 words a layer; 8 bytes a channel before the head; 9 * 4 + 64 * 3 weights; 4 + 3 biases; a float a sample;
                // a float a sample and probe.
                Assert.AreEqual(2 * 12 * 4, BytesOf(plan, "bindings"));
                Assert.AreEqual(8 * 4, BytesOf(plan, "alignment"));
                MemoryPlan alignment = AlignmentPlan.OfAllLayers(model, arena);
                Assert.AreEqual(8 * 4, BytesOf(alignment, "alignment"));
                // The part before the kernels' scratch is filled up to a multiple of 16.
                Assert.AreEqual(8 + 8, BytesOf(alignment, "scatter"));
                Assert.AreEqual(2 * 12 * 4 + 8 * 4 + 8, alignment.StateEnd);
                Assert.AreEqual(9 * 4 + 64 * 3, BytesOf(plan, "trained weights"));
                Assert.AreEqual(4 * (4 + 3), BytesOf(plan, "trained biases"));
                Assert.AreEqual(4 * 4, BytesOf(plan, "clean losses"));
                Assert.AreEqual(4 * 4 * (6 + 6), BytesOf(plan, "loss differences"));
            }
        }

        [TestMethod]
        public void A_job_that_needs_more_than_its_arena_is_refused()
        {
            Assert.ThrowsException(typeof(PlanException), () => Open(Job + 1024));
        }

        private static int BytesOf(MemoryPlan plan, string name)
        {
            for (int item = 0; item < plan.ItemCount; item++)
            {
                if (plan.ItemName(item).IndexOf(name) == 0)
                {
                    return plan.ItemBytes(item);
                }
            }
            return -1;
        }

        private static Card Open(string job)
        {
            return new Card(TinyCard.Create(job), 0);
        }
    }
}
