//! Eating, walking, growing, reading.

use super::{Thread, thread};

pub(super) static THREADS: &[Thread] = &[
    thread! {
        5 hours ago, 8 likes: YUSRA in ["food"] tagged ["sourdough", "bread"]
        "Sourdough for people who have jobs"
        "You do not need to fold anything every thirty minutes. You need a fridge.\n\n\
         Evening: 400 g flour, 290 g water, 80 g starter, 9 g salt. Stir until there is no dry flour, cover, go and \
         watch something. Before bed: pull the edges to the middle once, all the way round. Into the fridge. Next \
         evening: shape it, cold, into a tin or a basket, two hours on the counter. Hot oven, 40 minutes, the first 20 \
         with the lid on.\n\n\
         It will not win a prize. It will be bread, on a Wednesday, and you made it."
        JOSS +4 "Does it mind if \"next evening\" is next morning, because I live upside down?"
        YUSRA to 0 +5 "It minds nothing between 10 and 36 hours. The longer, the more sour."
        JOSS to 1 +2 "36 hours is my whole weekend. It is going in tonight."
        RAVI to 2 +3 "Report back. I want the crumb and I want the truth."
        JOSS to 3 +6 "Flat as a hat. Tastes wonderful. We ate it standing."
        YUSRA to 4 +8 "Standing is the correct way. Next time twenty grams less water."
        WEN +2 "What is a hot oven in numbers? Mine only knows hot."
        YUSRA to 6 +3 "240. If yours only knows hot, a spoon of sugar on foil melts at 186. See how long it takes."
    },
    thread! {
        130 hours ago, 3 likes: JOSS in ["food", "help"] tagged ["sourdough", "starter"]
        "My starter smells of nail varnish"
        "Named Gerald, eleven days old, lives next to the kettle. On day nine he began to smell like a beauty salon. \
         Is he ill?"
        YUSRA +6 "He is hungry. Throw most of him away, feed what is left with the same weight of flour and of water, \
            twice a day until he smells of yoghurt."
        JOSS to 0 +2 "Throwing most of Gerald away feels harsh."
        YUSRA to 1 +7 "Make pancakes of what you throw away. Gerald would want it."
        TOBIAS +4 "Can confirm that the pancakes came down through the ceiling on a plate. Excellent. Poor Gerald."
    },
    thread! {
        58 hours ago, 6 likes: RAVI in ["food"] tagged ["dal", "weeknight"]
        "Dal on a Tuesday"
        "Red lentils, rinsed till the water is nearly clear, turmeric, water to a finger above. Twenty minutes. In \
         another pan: a generous spoon of ghee or oil, cumin seed until it talks, garlic until it is the colour of a \
         cello, one dried chilli. Pour the second into the first and stand back.\n\n\
         That is all. Everything else you have been told is Sunday."
        PETRA +3 "Until it is the colour of a cello. I will never measure garlic any other way."
    },
    thread! {
        108 hours ago, 7 likes: PETRA in ["food", "outdoors"] tagged ["garden", "courgettes"]
        "Eleven courgettes"
        "I was away for four days. FOUR. One of them is as long as my forearm. They are in a crate at the gate of plot \
         17 and I am asking you, as neighbours, to lock your cars, or you will find one on the seat."
        TOBIAS +5 "I don't own a car. There was one in my saddlebag."
        PETRA to 0 +6 "I am resourceful."
        YUSRA +3 "Bring me three. Courgette and feta buns on Thursday, half price for anyone who was a victim."
    },
    thread! {
        349 hours ago, 8 likes: GUS in ["food"] tagged ["soup"]
        "Soup"
        "Onion, carrot, potato, water, salt. Wait. My wife says that there should be more to it. There is not."
        RAVI +4 "How long is \"wait\"?"
        GUS to 0 +9 "Until somebody asks when it is ready."
    },
    thread! {
        195 hours ago, 5 likes: YUSRA in ["food"] tagged ["bread", "leftovers"]
        "Yesterday's bread, four ways"
        "One: water on the crust, ten minutes in a hot oven, it is today's bread again, once. Two: cubes, oil, salt, \
         tomatoes, wait an hour. Three: thick slices in egg and milk overnight, fry. Four: dry it, grind it, keep it \
         in a jar, put it on everything.\n\n\
         What I cannot sell goes on the shelf by the side door after six. Just take it, please."
    },
    thread! {
        543 hours ago, 2 likes: WEN in ["food"] tagged ["dumplings"]
        "Dumplings for the impatient"
        "Ten pleats is for weddings. Wet the edge, fold it in half, press, then bring the two corners together like a \
         hat. Nobody has ever sent one back. Filling is pork and chives, or mushroom and chives, or just a great many \
         chives."
        DELPHINE +3 "Could we do this together one evening? I'll bring chives and no skill."
        WEN to 0 +2 "Thursday week. I have three mugs but eleven bowls."
    },
    thread! {
        3 hours ago, 5 likes: RAVI in ["outdoors"] tagged ["trailreport", "ridge"]
        "Trail report: ridge loop, 14 km, one bridge, much mud"
        "Went up by the quarry and down by the chapel, 4 h 40 with a long lunch. The path is dry as far as the second \
         stile. After it, the field has become a pond with ambitions: go left along the wall, not right, I went \
         right.\n\n\
         The footbridge below the larches has a missing plank (third from the far side). Passable if you look at your \
         feet. I have told the rangers. Two red kites over the top and nobody else for three hours."
        TOBIAS +2 "Rideable?"
        RAVI to 0 +4 "By you, no. By somebody sensible, also no."
        TOBIAS to 1 +3 "So, rideable."
        OLA +5 "Give me the width of the plank and I'll bring one up on Sunday. I would rather carry wood uphill than \
            fill in a form."
        RAVI to 3 +2 "120 by 20, roughly 4 thick. I will carry the other end."
    },
    thread! {
        70 hours ago, 4 likes: TOBIAS in ["outdoors"] tagged ["cycling", "ford"]
        "The ford is passable again"
        "Ankle deep, gravel has shifted to the left. The warning sign is now in the river, where it is at least \
         accurate."
    },
    thread! {
        282 hours ago, 8 likes: PETRA in ["outdoors", "offtopic"] tagged ["garden", "slugs"]
        "Slugs: a diary"
        "Monday. Planted twelve lettuces.\n\
         Tuesday. Own nine lettuces.\n\
         Wednesday. Put down eggshells. They are using them as a terrace.\n\
         Thursday. Beer trap. Caught four slugs and, by the footprints, a hedgehog with a headache.\n\
         Friday. Went out with a torch at eleven. There were SIXTY. I have seen their parliament.\n\
         Saturday. Own two lettuces. We have reached an agreement."
        INES +4 "\"I have seen their parliament\" is going up in the darkroom."
        OLA +3 "A strip of copper round the bed. I have offcuts. Bring lettuce (ha)."
        PETRA to 1 +5 "I will bring both."
    },
    thread! {
        155 hours ago, 6 likes: JOSS in ["outdoors"] tagged ["swimming", "weir"]
        "First swim above the weir"
        "Eleven degrees by the bridge thermometer. Four minutes in, twenty minutes of tea. I said several things on \
         the way in that I would not say on the ward. If you want to try: never alone, out before you feel warm, and \
         have your socks the right way round already."
        DELPHINE +3 "Never alone: can I be the one who sits on the mended bench and holds the towel?"
        JOSS to 0 +5 "That is the most important job."
    },
    thread! {
        417 hours ago, 7 likes: RAVI in ["outdoors"] tagged ["hut", "overnight"]
        "A night in the shepherd's hut"
        "Booked with the rangers, cost nothing, a donation in the tin. There is a stove, a broom, a saw and a book in \
         which people have written since 1961. Somebody in 1974 complains about the mouse. Somebody last year \
         complains about the mouse.\n\n\
         Bring: dry kindling, earplugs for the wind, something small for the mouse."
        GUS +6 "I am in that book. 1968. We got engaged the morning after, it was too cold to say no."
        RAVI to 0 +7 "I have photographed the page. \"Cold. She said yes. Mouse.\" Is that you?"
        GUS to 1 +11 "That is the whole story, yes."
    },
    thread! {
        241 hours ago, 5 likes: DELPHINE as anonymous in ["outdoors", "help"] tagged ["fear"]
        "I pretend to like the view, but I am terrified of heights"
        "My friends have planned the gorge walk. There is a part with a chain. I have said yes three times because I \
         could not find the moment to say no. Is there a way round, or a way through?"
        RAVI +6 "Both. Way round: the forestry track leaves at the lower car park and meets the others at the hut, and \
            has the better view. Way through: nobody on the chain looks at anything but their own hands. You would not \
            be the only one."
        TOBIAS +4 "I've crossed it once. I took the track home, all 6 km of it. Nobody has ever said a word about it."
        DELPHINE as anonymous to 1 +5 "Six kilometres sounds perfect, honestly. I told them. Two of the three want to \
            take the track with me!"
    },
    thread! {
        501 hours ago, 3 likes: MARGIT in ["outdoors"] tagged ["birds"]
        "The herons are back on the island"
        "Three nests, from the bench with a good pair of glasses. The fire station has two pairs to lend, ask at the \
         desk."
    },
    thread! {
        47 hours ago, 5 likes: WEN in ["books"] tagged ["bookclub"]
        "Book club: The Moonstone, as far as the end of the First Period"
        "We meet on Thursday at half past seven. Please do not spoil the Second Period for those who are reading at a \
         decent speed.\n\n\
         Two questions to bring along. Do you trust Betteredge? And has anybody else begun to open other books at \
         random for advice, as he does?"
        MARGIT +4 "I opened the bus timetable. It told me that there was no service on Sundays, which I found wise."
        CALLUM +2 "I trust him completely and I'm sure that this is a mistake."
        WEN to 1 +3 "Why a mistake?"
        CALLUM to 2 +4 "Because he keeps telling me how trustworthy he is. At work I'd ask for the logs."
        MARGIT to 3 +5 "But he is the logs. The whole book is people handing in their logs."
        WEN to 4 +7 "And now I have to rewrite my notes for Thursday. Thank you both, I mean it."
    },
    thread! {
        310 hours ago, 3 likes: WEN in ["books"] tagged ["bookclub", "vote"]
        "What do we read next? Four candidates"
        "Middlemarch (long, worth it), Frankenstein (short, worth it), The Master and Margarita (a cat), or Three Men \
         in a Boat (we could do with it). One vote each in the comments. I count on Sunday."
        DELPHINE +2 "The cat."
        JOSS +2 "Middlemarch. I have the nights."
        TOBIAS +1 "Boat."
        PETRA +1 "The cat!"
        CALLUM +1 "Frankenstein, but I can live with the cat."
        WEN to 4 +6 "The cat it is, by a whisker."
    },
    thread! {
        198 hours ago, 6 likes: INES in ["books"] tagged ["film"]
        "Films for when you are too tired for a film"
        "Under ninety minutes, nobody shouts, something nice to look at. I have watched the one about the two old \
         people who visit their children in the city so often that I cry at the opening titles. What are yours?"
        JOSS +3 "Any documentary in which a man restores a boat and says very little."
        OLA to 0 +5 "I have been that man, and I can tell you that he says a lot. They cut it."
        DELPHINE +2 "The one with the red balloon. 34 minutes. Perfect object."
    },
    thread! {
        364 hours ago, 4 likes: CALLUM in ["books"] tagged []
        "I gave up on page 412 and I feel wonderful"
        "Six months. I carried it through two holidays. Last night I put it on the shelf at the laundrette and walked \
         away like somebody in a film."
        MARGIT +6 "As a librarian I absolve you."
        GUS +5 "I picked it up. It is good so far."
    },
    thread! {
        570 hours ago, 3 likes: DELPHINE in ["books", "creative"] tagged ["comics"]
        "Comics that made you cry on public transport"
        "I'm building a shelf for the waiting room of the clinic. Wordless ones especially. Nothing with capes unless \
         the cape is sad."
    },
    thread! {
        464 hours ago, 5 likes: MARGIT in ["books", "general"] tagged ["library"]
        "The shelf of withdrawn books is open again"
        "Left of the stairs, fire station, a coin in the jar if you like. This month: sea stories, four books on bees, \
         a history of the umbrella in two volumes, and somebody's entire run of detective novels with the murderer \
         underlined on page one of each. I am looking for that person."
        WEN +6 "In pencil or in ink?"
        MARGIT to 0 +8 "In INK, Wen."
        GUS to 1 +9 "It saves time."
        MARGIT to 2 +11 "Gus."
    },
];
