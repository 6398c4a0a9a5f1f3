using Attune.Host.Data;

namespace Attune.Tests.Data;

/// <summary>The formats of cameras, phones and the web.</summary>
[TestClass]
public sealed class PictureFormatTest
{
    /// <summary>Left red, right blue, with a white corner at the top left: every turning shows.</summary>
    private static Image Scene()
    {
        var scene = new Image(16, 32, 3);
        for (int y = 0; y < 16; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                byte[] color =
                    x < 8 && y < 8 ? [255, 255, 255]
                    : x < 16 ? [220, 30, 20]
                    : [20, 40, 210];
                color.CopyTo(scene.Pixels, scene.Offset(y, x));
            }
        }
        return scene;
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public void A_jpeg_stands_upright_whatever_way_the_phone_was_held(int orientation)
    {
        Image scene = Scene();

        Image read = PictureFile.Decode(Pictures.Jpeg(scene, orientation), "x.jpg");

        Assert.AreEqual((16, 32, 3), (read.Height, read.Width, read.Channels));
        Assert.IsLessThan(8.0, Difference(scene, read));
    }

    [TestMethod]
    public void A_gray_jpeg_has_one_channel()
    {
        Image scene = Scene().WithChannels(1);

        Image read = PictureFile.Decode(Pictures.Jpeg(scene), "x.jpg");

        Assert.AreEqual((16, 32, 1), (read.Height, read.Width, read.Channels));
        Assert.IsLessThan(8.0, Difference(scene, read));
    }

    [TestMethod]
    public void Bmp_and_lossless_webp_come_back_to_the_pixel()
    {
        Image image = Files.RandomImage(9, 13, 3);

        CollectionAssert.AreEqual(image.Pixels, PictureFile.Decode(Pictures.Bmp(image), "x.bmp").Pixels);
        CollectionAssert.AreEqual(image.Pixels, PictureFile.Decode(Pictures.WebP(image), "x.webp").Pixels);
    }

    [TestMethod]
    public void A_gif_gives_its_first_frame()
    {
        Image image = PictureFile.Decode(Pictures.Gif([1, 2, 3], [4, 5, 6]), "x.gif");

        CollectionAssert.AreEqual(Files.Flat(2, 2, 1, 2, 3).Pixels, image.Pixels);
    }

    /// <summary>A picture whose end is missing is half gray or black; nobody would see it in a sample file.</summary>
    [TestMethod]
    [DataRow("jpg")]
    [DataRow("png")]
    [DataRow("webp")]
    [DataRow("bmp")]
    [DataRow("gif")]
    public void A_picture_whose_end_is_missing_is_refused(string format)
    {
        Image image = Files.RandomImage(40, 50, 3);
        byte[] whole = format switch
        {
            "jpg" => Pictures.Jpeg(image, 6),
            "png" => PictureFile.EncodePng(image),
            "webp" => Pictures.WebP(image),
            "bmp" => Pictures.Bmp(image),
            _ => Pictures.Gif([1, 2, 3], [4, 5, 6]),
        };
        _ = PictureFile.Decode(whole, "whole");
        int[] parts = format == "gif" ? [20, 60] : [1, 30, 60, 90, 97];
        foreach (int percent in parts)
        {
            byte[] part = whole[..(whole.Length * percent / 100)];

            var error = Assert.ThrowsExactly<DataException>(() => PictureFile.Decode(part, "part"), $"{percent} %");

            StringAssert.StartsWith(error.Message, "part: ");
        }
    }

    [TestMethod]
    [DataRow("jpg")]
    [DataRow("webp")]
    [DataRow("bmp")]
    [DataRow("gif")]
    public void Damaged_pictures_never_crash(string format)
    {
        Image image = Files.RandomImage(9, 7, 3);
        byte[] good = format switch
        {
            "jpg" => Pictures.Jpeg(image, 3),
            "webp" => Pictures.WebP(image),
            "bmp" => Pictures.Bmp(image),
            _ => Pictures.Gif([1, 2, 3], [4, 5, 6]),
        };

        Assert.IsGreaterThan(50, Mutations.Check(good, bytes => PictureFile.Decode(bytes, "x")));
    }

    [TestMethod]
    public void A_picture_is_stretched_or_its_middle_cut_out()
    {
        Image scene = Scene();

        Image stretched = new PictureForm(8, 8).Apply(scene);
        Image cut = new PictureForm(8, 8, 1, Crop: true).Apply(scene);
        Image high = new PictureForm(8, 2, Crop: true).Apply(scene);

        Assert.AreEqual(255, stretched.Pixels[0]);
        CollectionAssert.AreEqual(Scene().Pixels[^3..], stretched.Pixels[^3..]);
        Assert.AreEqual((8, 8, 1), (cut.Height, cut.Width, cut.Channels));
        byte red = Files.Flat(1, 1, 220, 30, 20).WithChannels(1).Pixels[0];
        Assert.AreEqual(red, cut.Pixels[0]);
        Assert.AreEqual((8, 2, 3), (high.Height, high.Width, high.Channels));
    }

    private static double Difference(Image one, Image other) =>
        one.Pixels.Zip(other.Pixels, (left, right) => Math.Abs(left - right)).Average();
}
